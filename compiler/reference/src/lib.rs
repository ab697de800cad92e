//! The reference: a page for every kind, option, function and object, made from the catalogue.
//!
//! A [`Page`] is data. The command prints it as text or JSON, and the documents of the tree are the same pages.

mod example;
mod markdown;
mod page;
mod pages;
mod payload;
mod rule;
mod sample;
mod schema;
mod shape;
mod text;
mod types;

pub use markdown::{chapter, markdown};
pub use page::{Page, Row, Section, Sort, Support, Targets};
pub use pages::{pages, pages_of};
pub use schema::schema;
pub use text::{list, text};
pub use types::types_of;
