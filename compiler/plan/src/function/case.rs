//! Upper and lower case as Go's `unicode` package has them: one letter for one letter, as of Unicode 15.

/// The letter in lower case.
pub fn lower(c: char) -> char {
    match c {
        'İ' => 'i',
        _ if is_newer(c) => c,
        _ => single(c.to_lowercase()).unwrap_or(c),
    }
}

/// The letter in upper case.
pub fn upper(c: char) -> char {
    match c {
        // These have a letter of their own in capitals, and one more when text is set in capitals as a whole.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            char::from_u32(u32::from(c) + 8).unwrap_or(c)
        }
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(u32::from(c) + 9).unwrap_or(c),
        _ if is_newer(c) => c,
        _ => single(c.to_uppercase()).unwrap_or(c),
    }
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

/// Letters whose other case came after Unicode 15.
fn is_newer(c: char) -> bool {
    matches!(
        c,
        '\u{19b}'
            | '\u{264}'
            | '\u{1c89}'..='\u{1c8a}'
            | '\u{a7cb}'..='\u{a7cf}'
            | '\u{a7d2}'..='\u{a7d5}'
            | '\u{a7da}'..='\u{a7dc}'
            | '\u{10d50}'..='\u{10d85}'
            | '\u{16ea0}'..='\u{16ed3}'
    )
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    fn digest(map: fn(char) -> char) -> String {
        let all: String = ('\0'..=char::MAX).map(map).collect();
        Sha256::digest(all).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Printed by Go with Unicode 15: the digest of `unicode.ToLower` and `unicode.ToUpper` of all characters.
    #[test]
    fn every_letter_is_as_in_go() {
        assert_eq!(digest(super::lower), "137590953b837f1ec8b7c02b3a0425d0789df789a59ad256e7a63416f9fc4c11");
        assert_eq!(digest(super::upper), "e53032f7945c39d39df0f06015707fcf9f669dc42b5b7caa31f07080e176a017");
    }
}
