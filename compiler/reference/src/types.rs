//! The types that come with the compiler. There are too many for a page of each in the tree: they are made when they are asked
//! for, and a page of each provider says that there are some.

use crate::page::{Page, Section, Sort};
use crate::pages::page;
use crate::payload;
use aev_catalogue::{named_type, type_names};
use std::collections::BTreeMap;

/// A page of each provider.
pub(crate) fn providers() -> Vec<Page> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (provider, _) in type_names().filter_map(|name| name.split_once('.')) {
        *counts.entry(provider).or_default() += 1;
    }
    let of = |(provider, count): (&str, usize)| {
        let types = if count == 1 { "type" } else { "types" };
        page(Sort::Type, provider, &format!("{count} {types}: see `aev docs type {provider}`."))
    };
    counts.into_iter().map(of).collect()
}

/// The type of that name, such as `k8s.Pod`, or all of a provider, such as `k8s`; nothing when there is neither.
pub fn types_of(name: &str) -> Vec<Page> {
    if let Some(ty) = named_type(name) {
        let section = Section { title: "What it holds", rows: payload::inside(&ty), rules: Vec::new() };
        let sections = if section.rows.is_empty() { Vec::new() } else { vec![section] };
        return vec![Page { sections, ..page(Sort::Type, name, &payload::doc(&ty)) }];
    }
    let own = type_names().filter(|known| known.split_once('.').is_some_and(|(of, _)| of == name));
    own.filter_map(|known| Some(page(Sort::Type, known, &payload::doc(&named_type(known)?)))).collect()
}
