//! The language, through the compiler's public interface; a module an area.

mod corpus;
mod explain;
mod marked;
mod mistakes;
mod properties;
mod recovery;
mod reference;
mod scale;
mod trees;
