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
    AEV0001 AEV0002 AEV0101 AEV0102 AEV0103 AEV0104 AEV0105 AEV0106 AEV0107 AEV0108 AEV0109
    AEV0110 AEV0111 AEV0112 AEV0113 AEV0114 AEV0201 AEV0202 AEV0203 AEV0204 AEV0205 AEV0206 AEV0207 AEV0208
    AEV0209 AEV0210 AEV0211 AEV0212 AEV0213 AEV0214 AEV0215 AEV0216 AEV0217 AEV0218 AEV0219 AEV0220
    AEV0221 AEV0222 AEV0223
    AEV0241 AEV0242 AEV0243 AEV0244 AEV0245 AEV0246 AEV0247 AEV0248
    AEV0301 AEV0302 AEV0303 AEV0304 AEV0305 AEV0306 AEV0307 AEV0308 AEV0309 AEV0310 AEV0311
    AEV0312 AEV0331 AEV0332 AEV0333 AEV0334 AEV0335 AEV0336 AEV0337 AEV0338 AEV0339 AEV0340
    AEV0402
    AEV0404 AEV0405 AEV0410 AEV0411 AEV0412 AEV0413 AEV0414 AEV0415 AEV0416 AEV0417 AEV0418
    AEV0419 AEV0420 AEV0421 AEV0422 AEV0423 AEV0424 AEV0425 AEV0426 AEV0427 AEV0428 AEV0429 AEV0430 AEV0431
    AEV0501 AEV0502 AEV0503 AEV0504 AEV0505 AEV0506 AEV0507 AEV0508 AEV0509 AEV0510 AEV0511 AEV0512 AEV0513 AEV0514 AEV0515 AEV0516
    AEV0551 AEV0552 AEV0553 AEV0554 AEV0555 AEV0601
}

pub(super) fn page(code: Code) -> Option<&'static str> {
    let code = code.to_string();
    PAGES.iter().find(|(name, _)| *name == code).map(|(_, page)| *page)
}

#[cfg(test)]
pub(super) fn count() -> usize {
    PAGES.len()
}
