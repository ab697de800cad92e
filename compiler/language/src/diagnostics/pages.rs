//! The pages of `aev explain`: one Markdown file a code, executed by the tests.
//!
//! A page has a headline, what the code means, a block ```` ```aev,fails ```` that fails with exactly this code and a
//! block ```` ```aev ```` that is the same text mended.

use super::Code;

macro_rules! pages {
    ($($code:ident)*) => {
        const PAGES: &[(&str, &str)] = &[$((stringify!($code), include_str!(concat!("pages/", stringify!($code), ".md")))),*];
    };
}

pages! {
    AEV0002
}

pub(super) fn page(code: Code) -> Option<&'static str> {
    let code = code.to_string();
    PAGES.iter().find(|(name, _)| *name == code).map(|(_, page)| *page)
}

#[cfg(test)]
pub(super) fn count() -> usize {
    PAGES.len()
}
