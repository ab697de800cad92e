//! The types that come with the compiler. There are too many for pages of their own in the tree.

use crate::page::{Page, Section, Sort};
use crate::payload;
use aev_catalogue::{named_type, type_names};

/// The type of that name, or all of a provider, such as `k8s`; nothing when there is neither.
pub fn types_of(name: &str) -> Vec<Page> {
    if let Some(ty) = named_type(name) {
        let rows = payload::inside(&ty);
        let section = Section { title: "What it holds", rows, rules: Vec::new() };
        return vec![page(name, payload::doc(&ty), vec![section])];
    }
    let own = type_names().filter(|known| known.split_once('.').is_some_and(|(of, _)| of == name));
    own.filter_map(|known| Some(page(known, payload::doc(&named_type(known)?), Vec::new()))).collect()
}

fn page(name: &str, doc: String, sections: Vec<Section>) -> Page {
    let sections = sections.into_iter().filter(|section| !section.rows.is_empty()).collect();
    Page {
        sort: Sort::Type,
        name: name.to_owned(),
        doc,
        targets: None,
        facts: Vec::new(),
        snippet: None,
        example: None,
        sections,
    }
}
