//! The registry of codes. A number is given once and never again: scripts, searches and `allow` comments depend on it.
//!
//! | range | about |
//! |---|---|
//! | 0001–0099 | text that does not parse, or that parses and is not built yet |
//! | 0101–0199 | names |
//! | 0201–0299 | types and values |
//! | 0301–0399 | kinds and their fields, structure of items |
//! | 0401–0499 | what one target cannot do |
//! | 0501–0599 | lints: legal, and probably not meant |
//! | 0601–0699 | plans that are read back |
//!
//! To add one: number and title in [`REGISTRY`], the words as a function in `problems/`, its page in `pages/` and its
//! name in `pages.rs`.

use super::pages;
use std::fmt;
use std::str::FromStr;

/// `AEV0101`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

/// What the registry knows of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// What is wrong, in general.
    pub title: &'static str,
    /// The page of `aev explain`, in Markdown.
    pub page: &'static str,
}

impl Code {
    pub(super) const fn new(number: u16) -> Code {
        Code(number)
    }

    /// Its number.
    pub fn number(self) -> u16 {
        self.0
    }

    /// What the registry knows of it.
    pub fn info(self) -> Option<CodeInfo> {
        let index = REGISTRY.binary_search_by_key(&self.0, |(number, _)| *number).ok()?;
        let (_, title) = REGISTRY.get(index)?;
        Some(CodeInfo { code: self, title, page: pages::page(self)? })
    }

    /// Every code, in order.
    pub fn all() -> impl Iterator<Item = Code> {
        REGISTRY.iter().map(|(number, _)| Code(*number))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AEV{:04}", self.0)
    }
}

/// Accepts `AEV0101`, `aev101` and `101`.
impl FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Code, ()> {
        let digits = match text.split_at_checked(3) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("aev") => rest,
            _ => text,
        };
        let code = Code(digits.parse().map_err(|_| ())?);
        REGISTRY.binary_search_by_key(&code.0, |(number, _)| *number).map(|_| code).map_err(|_| ())
    }
}

/// Number and title, in order of number.
const REGISTRY: &[(u16, &str)] = &[(1, "unexpected text"), (2, "parsed, and not built yet")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_and_every_code_has_a_page() {
        let numbers: Vec<u16> = REGISTRY.iter().map(|(number, _)| *number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "a number is given once, in order");
        for code in Code::all() {
            let info = code.info().unwrap_or_else(|| panic!("{code} has no page"));
            assert!(info.page.starts_with(&format!("# {code}: {}\n", info.title)), "{code}: headline");
        }
        assert_eq!(pages::count(), REGISTRY.len(), "a page without a code");
    }

    #[test]
    fn reads_what_it_prints() {
        assert_eq!("AEV0001".parse(), Ok(Code(1)));
        assert_eq!("aev1".parse(), Ok(Code(1)));
        assert_eq!("1".parse(), Ok(Code(1)));
        assert_eq!("AEV9999".parse::<Code>(), Err(()));
        assert_eq!("é".parse::<Code>(), Err(()));
    }
}
