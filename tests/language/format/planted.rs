//! Comments and blanks where nobody expects them.

use super::{comments, everything, formatted, meaning};
use aev_language::syntax::parse;
use aev_language::syntax::tree::{Kind, Rule};
use proptest::prelude::*;
use std::sync::LazyLock;

/// A text, with the places between two words where blanks stand, and those where none do.
struct Sample {
    name: String,
    text: String,
    meaning: String,
    /// From where to where blanks and comments go.
    blanks: Vec<(usize, usize)>,
    /// Where two words touch.
    seams: Vec<usize>,
}

/// But for those with comments for the compiler: these speak of lines, and a comment more makes other lines.
static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let files = everything().into_iter().filter(|(_, text)| !text.contains("// aev:"));
    files.map(|(name, text)| Sample::new(name, text)).collect()
});

impl Sample {
    fn new(name: String, text: String) -> Sample {
        let parsed = parse(&text);
        let nodes = parsed.tree.nodes();
        let (mut blanks, mut seams) = (Vec::new(), Vec::new());
        let mut index = 1;
        let mut last_blank = true;
        while let Some(node) = nodes.get(index) {
            // What is in a text is its own.
            let whole = matches!(node.kind, Kind::Rule(Rule::string | Rule::tagged));
            let leaf = whole || node.end as usize == index + 1;
            index = if whole { node.end as usize } else { index + 1 };
            let (start, end) = (node.span.start as usize, node.span.end as usize);
            if !leaf || start == end {
                continue;
            }
            let blank = node.kind == Kind::Blank;
            if blank {
                blanks.push((start, end));
            } else if !last_blank {
                seams.push(start);
            }
            last_blank = blank;
        }
        Sample { name, meaning: meaning(&parsed), text, blanks, seams }
    }

    /// The text with something else in some places.
    fn with(&self, mut changes: Vec<((usize, usize), String)>) -> String {
        changes.sort();
        changes.dedup_by_key(|(place, _)| *place);
        let mut result = String::new();
        let mut at = 0;
        for ((start, end), text) in changes {
            result.push_str(&self.text[at..start]);
            result.push_str(&text);
            at = end;
        }
        result + &self.text[at..]
    }

    /// Formats a text that means the same, and checks that nothing of it is lost.
    fn survives(&self, text: &str) {
        let before = parse(text);
        assert_eq!(meaning(&before), self.meaning, "the change was wrong:\n{text}");
        let result = formatted(text);
        let after = parse(&result);
        assert_eq!(meaning(&after), self.meaning, "{text}\n---\n{result}");
        assert_eq!(comments(&result, &after), comments(text, &before), "{text}\n---\n{result}");
        assert_eq!(formatted(&result), result);
    }
}

/// A comment behind what stands before it, or on a line of its own, perhaps below an empty one.
fn comment(nth: usize, form: usize) -> String {
    match form {
        0 => format!(" // c{nth}\n"),
        1 => format!("\n// c{nth}\n"),
        2 => format!("\n\n\n  // c{nth}\n\n"),
        _ => format!("//c{nth}\r\n\t// and {nth} again\n"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn comments_between_any_words_survive(
        sample in any::<prop::sample::Index>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4), 1..12),
    ) {
        let sample = sample.get(&SAMPLES);
        let changes = places.iter().enumerate().map(|(nth, (place, form))| {
            let (start, end) = *place.get(&sample.blanks);
            ((start, end), format!("{}{}", &sample.text[start..end], comment(nth, *form)))
        });
        sample.survives(&sample.with(changes.collect()));
    }

    #[test]
    fn comments_between_words_that_touch_survive(
        sample in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        form in 0_usize..4,
    ) {
        let sample = sample.get(&SAMPLES);
        prop_assume!(!sample.seams.is_empty());
        let at = *place.get(&sample.seams);
        let text = sample.with(vec![((at, at), comment(0, form))]);
        // `a.b` and `f(x)` do touch.
        let parsed = parse(&text);
        if parsed.errors.is_empty() && meaning(&parsed) == sample.meaning {
            sample.survives(&text);
        }
    }

    #[test]
    fn blanks_change_nothing(
        sample in any::<prop::sample::Index>(),
        forms in prop::collection::vec((0_usize..5, 0_usize..7), 40),
    ) {
        let sample = sample.get(&SAMPLES);
        let changes = sample.blanks.iter().zip(forms.iter().cycle()).map(|((start, end), (form, indent))| {
            let lines = sample.text[*start..*end].matches('\n').count();
            let indent = " ".repeat(*indent);
            let end_of_line = ["\n", "\r\n", "  \n", "\t\n", "\n"][*form];
            let blanks = match lines {
                0 => [" ", "  ", "\t", "   ", " \t "][*form].to_owned(),
                1 => format!("{end_of_line}{indent}"),
                // One empty line is as good as several.
                _ => format!("{}{indent}", end_of_line.repeat(2 + form)),
            };
            ((*start, *end), blanks)
        });
        let text = sample.with(changes.collect());
        prop_assert_eq!(meaning(&parse(&text)), sample.meaning.clone());
        prop_assert_eq!(formatted(&text), formatted(&sample.text));
    }

    #[test]
    fn blanks_that_are_left_out_change_nothing(
        sample in any::<prop::sample::Index>(),
        places in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
    ) {
        let sample = sample.get(&SAMPLES);
        let mut gone = Vec::new();
        for place in &places {
            let (start, end) = *place.get(&sample.blanks);
            if sample.text[start..end].contains('\n') || gone.contains(&((start, end), String::new())) {
                continue;
            }
            gone.push(((start, end), String::new()));
            let parsed = parse(&sample.with(gone.clone()));
            if !parsed.errors.is_empty() || meaning(&parsed) != sample.meaning {
                gone.pop();
            }
        }
        prop_assert_eq!(formatted(&sample.with(gone)), formatted(&sample.text));
    }
}

#[test]
fn comments_everywhere_at_once_survive() {
    for sample in SAMPLES.iter() {
        for form in 0..4 {
            let places = sample.blanks.iter().enumerate();
            let changes = places.map(|(nth, (start, end))| {
                ((*start, *end), format!("{}{}", &sample.text[*start..*end], comment(nth, form)))
            });
            sample.survives(&sample.with(changes.collect()));
        }
    }
}

/// One comment at a time, in the file that has every form of the language.
#[test]
fn a_comment_in_any_form_survives() {
    let sample = SAMPLES.iter().find(|sample| sample.name == "forms.aev").unwrap();
    let seams = sample.seams.iter().map(|at| (*at, *at));
    let places: Vec<(usize, usize)> = seams.chain(sample.blanks.iter().copied()).collect();
    let mut planted = 0;
    // Each in one of its forms, and a third of the places: the others have their turn in the tests above.
    for (nth, (start, end)) in places.into_iter().enumerate().step_by(3) {
        let text = format!("{}{}", &sample.text[start..end], comment(nth, nth % 4));
        let text = sample.with(vec![((start, end), text)]);
        let parsed = parse(&text);
        if parsed.errors.is_empty() && meaning(&parsed) == sample.meaning {
            sample.survives(&text);
            planted += 1;
        }
    }
    assert!(planted > 300, "{planted}");
}
