//! From the bytes of a file to its text.

use crate::diagnostics::problems::syntax::not_utf8;
use crate::diagnostics::{Diagnostic, FileId, Place};
use crate::syntax::tree::span;

/// A file that is not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecoded {
    /// The file with `?` for each byte that is no text, so that all else stands where it stood.
    pub text: String,
    /// How many bytes are text before the first that is none.
    pub valid: usize,
    /// The bytes that are none there.
    pub wrong: Vec<u8>,
}

/// The text of a file.
///
/// # Errors
/// The file is not UTF-8.
pub fn decode(bytes: Vec<u8>) -> Result<String, Undecoded> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let mut text = String::with_capacity(bytes.len());
        let mut wrong = Vec::new();
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| '?'));
            if wrong.is_empty() {
                wrong = chunk.invalid().to_vec();
            }
        }
        Undecoded { text, valid, wrong }
    })
}

impl Undecoded {
    /// What is wrong, with a caret at the first byte that is no text.
    pub fn diagnostic(&self, file: FileId) -> Diagnostic {
        let at = Place::new(file, span(self.valid, self.valid + self.wrong.len()));
        not_utf8(at, &self.wrong)
    }

    /// The line of the first byte that is no text, counted from one.
    pub fn line(&self) -> usize {
        1 + self.text.bytes().take(self.valid).filter(|byte| *byte == b'\n').count()
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn all_else_stays_where_it_is() {
        assert_eq!(decode(b"caf\xc3\xa9".to_vec()).as_deref(), Ok("café"));
        for (bytes, text, valid, wrong) in [
            (&b"caf\xe9\nna\xefve"[..], "caf?\nna?ve", 3, &b"\xe9"[..]),
            (b"a\nb \xe2\x82", "a\nb ??", 4, b"\xe2\x82"),
            (b"\xff\xfea\0", "??a\0", 0, b"\xff"),
        ] {
            let undecoded = decode(bytes.to_vec()).expect_err("it is not UTF-8");
            assert_eq!(undecoded.text, text);
            assert_eq!((undecoded.valid, undecoded.wrong.as_slice()), (valid, wrong));
            assert_eq!(undecoded.text.len(), bytes.len());
        }
    }

    #[test]
    fn the_caret_is_at_the_first_byte() {
        let undecoded = decode(b"// Coffee.\npipeline caf\xe9\n".to_vec()).expect_err("it is not UTF-8");
        assert_eq!(undecoded.line(), 2);
        let diagnostic = undecoded.diagnostic(0);
        assert_eq!(diagnostic.code.to_string(), "AEV0003");
        let place = diagnostic.labels.first().map(|label| (label.span.start, label.span.end));
        assert_eq!(place, Some((23, 24)));
    }
}
