//! Events that come near to what a pipeline decides.

use crate::condition::{Body, Read};
use crate::path::{Path, Step, key};
use crate::random::Random;
use crate::tree::Tree;

/// The data of an event; nothing where it would be one of those on which Argo and aev differ by design. Most of what is read is there, and most of that is what it is compared with.
pub fn data(reads: &[Read], body: Body, random: &mut Random) -> Option<String> {
    let mut root = Tree::Object(vec![
        ("header".into(), Tree::Object(Vec::new())),
        ("body".into(), Tree::Object(Vec::new())),
    ]);
    if body == Body::Typed && random.chance(80) {
        for (path, value) in declared() {
            root.put(&path, value, random);
        }
    }
    for read in reads {
        // Values that two paths share come from the first more often.
        let value = match random.below(20) {
            0 => continue,
            1 => Tree::Raw("null".into()),
            2..=4 => Tree::any(random),
            5 | 6 => random.one(&read.values).near(random),
            7..=9 => read.values[0].clone(),
            _ => random.one(&read.values).clone(),
        };
        root.put(&read.path, value, random);
    }
    if random.once_in(40) {
        root.put(&Path(vec![key("body")]), Tree::any(random), random);
    }
    if reads.iter().any(|read| root.is_ambiguous(&read.path.0)) {
        return None;
    }
    let plain = random.once_in(2);
    Some(root.write(plain, random).trim().to_owned())
}

fn declared() -> Vec<(Path, Tree)> {
    let text = |value: &str| Tree::Text(value.to_owned());
    let raw = |value: &str| Tree::Raw(value.to_owned());
    vec![
        (Path::of("name"), text("x")),
        (Path::of("who"), raw("null")),
        (Path::of("n"), raw("1")),
        (Path::of("ok"), raw("true")),
        (Path::of("state"), text("open")),
        (Path::of("inner.k"), text("x")),
        (Path(vec![key("body"), key("tags"), Step::Index(0)]), text("x")),
    ]
}
