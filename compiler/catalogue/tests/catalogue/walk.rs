//! Every block and every field that can be reached from the catalogue's lists.

use aev_catalogue::{
    ACTIONS, ActionBody, BUSES, Block, Field, HEADER, LOCATIONS, OPTIONS, SENSOR, SOURCE, SOURCES,
    SUCCESS_LABELS, SUCCESS_STATUS, Shape,
};

/// The outermost blocks, by a name for messages.
pub fn tops() -> Vec<(String, &'static Block)> {
    let mut tops: Vec<(String, &'static Block)> = vec![
        ("header".into(), &HEADER),
        ("source".into(), &SOURCE),
        ("sensor".into(), &SENSOR),
        ("success of a call".into(), &SUCCESS_STATUS),
        ("success of an object".into(), &SUCCESS_LABELS),
    ];
    // A name may be that of something else, too.
    let shared = |name: &str| {
        BUSES.iter().any(|bus| bus.name == name)
            || ACTIONS.iter().any(|kind| kind.name == name) && SOURCES.iter().any(|kind| kind.name == name)
    };
    let named = |what: &str, name: &str| match shared(name) {
        true => format!("{what} {name}"),
        false => name.to_owned(),
    };
    tops.extend(SOURCES.iter().map(|kind| (named("source", kind.name), kind.block)));
    tops.extend(BUSES.iter().map(|kind| (kind.name.into(), kind.block)));
    for kind in ACTIONS {
        if let ActionBody::Fields(block) = kind.body {
            tops.push((named("action", kind.name), block));
        }
    }
    tops.extend(LOCATIONS.iter().map(|location| (format!("from {}", location.name), location.block)));
    tops
}

/// Those and all that stand inside them.
pub fn blocks() -> Vec<(String, &'static Block)> {
    let mut all = Vec::new();
    let mut open = tops();
    for option in OPTIONS {
        open.extend(inner(&option.field.shape).map(|block| (option.field.name.into(), block)));
    }
    while let Some((name, block)) = open.pop() {
        for field in block.fields {
            open.extend(inner(&field.shape).map(|block| (format!("{name}.{}", field.name), block)));
        }
        all.push((name, block));
    }
    all
}

/// Every field, by its path.
pub fn fields() -> Vec<(String, &'static Field)> {
    let mut all: Vec<(String, &'static Field)> = Vec::new();
    for (name, block) in blocks() {
        all.extend(block.fields.iter().map(|field| (format!("{name}.{}", field.name), field)));
    }
    all.extend(OPTIONS.iter().map(|option| (option.field.name.into(), &option.field)));
    for kind in ACTIONS {
        all.extend(kind.args.iter().map(|field| (format!("{}({})", kind.name, field.name), field)));
    }
    all
}

/// The block within a shape.
pub fn inner(shape: &Shape) -> Option<&'static Block> {
    match shape {
        Shape::Record(block) => Some(block),
        Shape::List(element) | Shape::Map(element) => inner(element),
        _ => None,
    }
}
