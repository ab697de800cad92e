//! Comments that allow a warning.

use crate::explain::{said, shown};
use aev_language::compile::Target;
use aev_language::diagnostics::Code;

const SHOP: &str = "external source shop: webhook<{ id: string }>\n";

/// The codes that are said of a text behind [`SHOP`], in order.
#[track_caller]
fn codes(text: &str, expected: &[u16]) {
    let text = format!("{SHOP}{text}");
    let found = said(&text, None);
    let codes: Vec<u16> = found.iter().map(|found| found.code.number()).collect();
    assert_eq!(codes, expected, "{}", shown(&text, &found));
}

const DEFAULT: &str = "http { url: \"https://example.com\", payload: { id: o.body.id ?? \"\" } }";

#[test]
fn the_line_itself_or_the_next_one_is_meant() {
    codes(&format!("trigger t on shop as o {{\n{DEFAULT}\n}}\n"), &[504]);
    for ends in ["\n", "\r\n"] {
        for text in [
            format!("trigger t on shop as o {{\n{DEFAULT} // aev: allow AEV0504: so it is\n}}\n"),
            format!("trigger t on shop as o {{\n//aev:allow AEV0504 :so it is\n{DEFAULT}\n}}\n"),
            format!(
                "trigger t on shop as o {{\n  // aev: allow 504: so it is\n\n  // More.\n  {DEFAULT}\n}}\n"
            ),
            format!(
                "// aev: allow AEV0504: so it is\n/// Documented.\ntrigger t on shop as o {{ {DEFAULT} }}\n"
            ),
        ] {
            codes(&text.replace('\n', ends), &[]);
        }
    }
    for text in [
        format!("// aev: allow AEV0504: too far\ntrigger t on shop as o {{\n{DEFAULT}\n}}\n"),
        format!("trigger t on shop as o {{\n{DEFAULT}\n}} // aev: allow AEV0504: too late\n"),
        format!("trigger t on shop as o {{ // aev: allow AEV0504: its own line is meant\n{DEFAULT}\n}}\n"),
    ] {
        codes(
            &text,
            if text.starts_with("//") || text.contains("own line") { &[553, 504] } else { &[504, 553] },
        );
    }
}

#[test]
fn one_comment_allows_one_code() {
    let both = "filter f from shop as o where \"a\" != \"b\" and o.body.id in [\"a\", \"a\"]\ntrigger t on f { log }\n";
    codes(both, &[502, 511]);
    codes(&format!("// aev: allow AEV0511: twice is better\n{both}"), &[502]);
    codes(&format!("// aev: allow AEV0511: twice is better\n// aev: allow AEV0502: and this\n{both}"), &[]);
    codes(&format!("// aev: allow AEV0511, AEV0502: both\n{both}"), &[555, 502, 511]);
}

#[test]
fn text_is_no_comment_and_documentation_is_none_for_the_compiler() {
    let text = "trigger t on shop { http { url: \"https://example.com\", payload: \"// aev: allow\" } }\n";
    codes(text, &[]);
    codes("/// aev: allow nothing\ntrigger t on shop { log }\n", &[]);
    codes("//// aev: allow nothing\ntrigger t on shop { log }\n", &[]);
}

#[test]
fn a_bad_comment_is_one_mistake() {
    let with = |comment: &str| format!("trigger t on shop as o {{\n// {comment}\n{DEFAULT}\n}}\n");
    codes(&with("aev: allow AEV0504"), &[552]);
    codes(&with("aev: allow AEV0504:  "), &[552]);
    codes(&with("aev: allow AEV0540: the one of the line is meant"), &[551]);
    codes(&with("aev: allow AEV0503: another"), &[553, 504]);
    codes(&with("aev: allow"), &[555, 504]);
    codes(&with("aev: alow AEV0504: so it is"), &[555, 504]);
    codes(&with("aev: allow AEV0553: so it is"), &[554, 504]);
}

#[test]
fn an_error_stays_and_says_so() {
    let text = format!("{SHOP}// aev: allow AEV0101: later\ntrigger t on shpo {{ log }}\n");
    let found = said(&text, None);
    assert_eq!(found.iter().map(|found| found.code.number()).collect::<Vec<_>>(), [101]);
    assert_eq!(found[0].notes, ["an error cannot be allowed by a comment"]);
    // While there are errors, not all warnings are known.
    codes("// aev: allow AEV0504: so it is\ntrigger t on shpo { log }\n", &[101]);
}

#[test]
fn what_one_target_says_is_allowed_for_all() {
    let text = "bus b: nats { native: {} }\nsource s { bus: b  event e: calendar { interval: 1h } }\ntrigger t on s.e { log }\n";
    let allowed = format!("// aev: allow AEV0405: until spring\n// aev: allow AEV0404: until spring\n{text}");
    for target in [None, Some(Target::Argo), Some(Target::Plan)] {
        let codes =
            |text: &str| said(text, target).iter().map(|found| found.code.number()).collect::<Vec<_>>();
        assert!(codes(text).iter().any(|code| [404, 405].contains(code)), "{target:?}: {:?}", codes(text));
        assert!(
            !codes(&allowed).iter().any(|code| [404, 405, 553].contains(code)),
            "{target:?}: {:?}",
            codes(&allowed)
        );
    }
}

#[test]
fn every_warning_can_be_allowed_and_nothing_else() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../compiler/language/src/diagnostics/problems");
    let mut warnings = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        warnings.extend(crate::explain::numbers(&text, &["Diagnostic::warning("]));
    }
    warnings.retain(|code| !(551..=555).contains(code));
    let allowed: std::collections::BTreeSet<u16> =
        Code::all().filter(|code| code.is_warning()).map(Code::number).collect();
    assert_eq!(allowed, warnings);
}
