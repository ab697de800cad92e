//! The registry of codes. A number is given once and never again: scripts, searches and `allow` comments depend on it.
//!
//! | range | about |
//! |---|---|
//! | 0001–0099 | files that are no text, text that does not parse, or that parses and is not built yet |
//! | 0101–0199 | names |
//! | 0201–0299 | types and values |
//! | 0301–0399 | kinds and their fields, structure of items |
//! | 0401–0499 | what one target cannot do |
//! | 0501–0599 | lints: legal, and probably not meant |
//! | 0601–0699 | plans that are read back |
//! | 0701–0799 | files that a text names: samples and schemas |
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

    /// What it says is a warning, or a note where no target is named. Comments may allow it.
    pub fn is_warning(self) -> bool {
        matches!(self.0, 342..=344 | 404 | 405 | 501..=550)
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
const REGISTRY: &[(u16, &str)] = &[
    (1, "unexpected text"),
    (2, "parsed, and not built yet"),
    (3, "bytes that are no UTF-8 text"),
    (4, "a file that the formatter leaves alone"),
    (101, "a name that no source, event or filter has"),
    (102, "a name that is no event here"),
    (103, "a name that is declared twice"),
    (104, "names that differ only in a hyphen"),
    (105, "filters that refine one another in a circle"),
    (106, "a source where an event is meant, or the reverse"),
    (107, "an event that the source does not have"),
    (108, "a type that does not exist"),
    (109, "a bus that this file does not declare"),
    (110, "one name for two events"),
    (111, "a name that Kubernetes does not take"),
    (112, "a function that does not exist"),
    (113, "two streams of one name"),
    (114, "a name of a constant and of something else"),
    (201, "a field that the type does not have"),
    (202, "a field of a value that has none"),
    (203, "a header that is not read by its name"),
    (204, "an index that is no constant"),
    (205, "an attribute that an event does not have"),
    (206, "a value of another form than the place asks for"),
    (207, "something that must be a constant"),
    (208, "a secret or config map that may not stand here"),
    (209, "a secret that is written out, or not named"),
    (210, "a value that may be absent"),
    (211, "a comparison that is never true"),
    (212, "values that cannot be compared"),
    (213, "a value that is no condition"),
    (214, "a list after `in` that is none"),
    (215, "a regular expression that cannot match"),
    (216, "a function with something it does not take"),
    (217, "a type for a kind that has no place for one"),
    (218, "a type that nothing in an event can have"),
    (219, "a type that contains itself"),
    (220, "a script that may not stand here"),
    (221, "more or fewer values than a function takes"),
    (222, "a value that a function does not take"),
    (223, "a function that has no value for constants"),
    (224, "an operator of numbers beside something else"),
    (225, "a condition that may be unknown, where a value is wanted"),
    (226, "elements of something that is no list"),
    (227, "an element that is called like an event"),
    (228, "a range of times with wrong ends"),
    (229, "a range of something that is no time"),
    (235, "a type that is too large"),
    (241, "a number that has no value"),
    (242, "constants that do not fit an operator"),
    (243, "constants that are made of each other"),
    (244, "constants that are too large"),
    (245, "a part that a constant does not have"),
    (246, "something that `...` cannot take in"),
    (247, "a constant that decides or repeats nothing"),
    (248, "a constant that is made of something else"),
    (250, "a function that stands only in a `where`"),
    (251, "a foreign expression that is not written so"),
    (252, "a foreign expression that may not stand here"),
    (253, "a text that its language does not read"),
    (301, "a kind that does not exist"),
    (302, "a field that does not exist"),
    (303, "fields that must be there"),
    (304, "a field that is written twice"),
    (305, "fields that do not fit together"),
    (306, "a text that is none of the possible ones"),
    (307, "a number that is out of bounds"),
    (308, "a text that does not have the form it needs"),
    (309, "a duration without its unit"),
    (310, "a cron schedule that is none, or that never comes"),
    (311, "a time zone that does not exist"),
    (312, "two events with one endpoint"),
    (314, "something past the limits of Kubernetes"),
    (331, "a trigger without its one action"),
    (332, "an option that a trigger does not have"),
    (333, "`success` on an action that has none"),
    (334, "an action with too little or too much"),
    (335, "a misplaced `on-failure`"),
    (336, "one name for events that come together"),
    (337, "fields of a source that somebody else runs"),
    (338, "kinds that cannot share a source"),
    (339, "a source without events"),
    (340, "a change that cannot be written so"),
    (341, "an object that does not come from there"),
    (342, "a list that a patch replaces"),
    (343, "an element that may not be there"),
    (344, "a server that is not checked"),
    (348, "one name for two things that are emitted"),
    (349, "a `match` that is no key"),
    (350, "an event without a key"),
    (351, "a clause that does nothing"),
    (352, "a number that does not count"),
    (353, "an event that fires and cancels"),
    (354, "clauses that exclude each other"),
    (355, "an attribute of several events"),
    (356, "a `where` at a source that somebody else runs"),
    (357, "a Service before a source without ports"),
    (358, "an item that no sensor has"),
    (359, "a filter of another sensor"),
    (360, "a sensor without a trigger"),
    (361, "two sensors that are called like the pipeline"),
    (402, "something that the runtime cannot run yet"),
    (403, "something that only the runtime can do"),
    (404, "a bus that the runtime cannot use as it is"),
    (405, "something that does not do what it says"),
    (410, "a bus that Argo Events has not"),
    (411, "a kind that Argo Events has not"),
    (412, "a name that Argo Events misreads"),
    (413, "names that Argo Events takes for one"),
    (414, "two filters of one event on a `nats` bus"),
    (415, "a filter in two languages"),
    (416, "a condition that Argo Events cannot decide"),
    (417, "too many alternatives for Argo Events"),
    (418, "an event that may be absent in Argo Events"),
    (419, "the newer of two events"),
    (420, "a path that may be missing in either event"),
    (421, "a value that Argo Events cannot make"),
    (422, "an identity that comes from an event"),
    (423, "an object that belongs to no namespace"),
    (424, "an object in another namespace"),
    (425, "a dead letter without at-least-once delivery"),
    (426, "a timeout that is no whole number of seconds"),
    (427, "an object that is too large"),
    (428, "something that Argo Events would refuse"),
    (429, "a plan that names what it does not contain"),
    (430, "a `map` that Argo Events cannot do"),
    (432, "a patch that Argo Events cannot send"),
    (433, "rights that are not known"),
    (434, "a live object that Argo Events cannot look up"),
    (435, "a field that `raw` has and aev writes"),
    (436, "a `raw` that the runtime does not read"),
    (437, "a `raw` that goes nowhere"),
    (438, "events that Argo Events cannot filter at their source"),
    (439, "a condition that Argo Events cannot decide at a source"),
    (501, "a name that is never used"),
    (502, "a condition with one answer"),
    (503, "a comparison that fails when the field is absent"),
    (504, "a default that is never used"),
    (505, "a template that nothing renders"),
    (506, "a retry that never happens"),
    (507, "two filters of one event as alternatives"),
    (508, "an alias of the last of several events"),
    (509, "a pipeline that does nothing"),
    (510, "a comparison of a value with itself"),
    (511, "a value that a list has twice"),
    (512, "an option among the arguments of a workflow"),
    (513, "a rate under at-most-once delivery"),
    (514, "a reset where nothing is kept"),
    (515, "a field that does nothing alone"),
    (516, "a large integer behind a `map`"),
    (517, "conditions that exclude each other"),
    (518, "a secret that is written out"),
    (519, "a credential that is sent on"),
    (520, "a source on another bus than the sensor"),
    (551, "an allowed code that does not exist"),
    (552, "a warning that is allowed without a reason"),
    (553, "a comment that allows nothing"),
    (554, "something that cannot be allowed"),
    (555, "a comment for aev that is none"),
    (601, "a plan of another version"),
    (701, "a file that cannot be read"),
    (702, "a file that is no JSON"),
    (703, "a file that is no JSON Schema"),
    (704, "a schema that is read in part"),
    (705, "a `$ref` that leads to nothing"),
    (706, "a file that is too large"),
    (707, "a `$ref` that stands for itself"),
    (708, "a type without its files"),
];

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
