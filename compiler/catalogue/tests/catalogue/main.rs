//! What must hold of the catalogue as a whole.

mod blocks;
mod kubernetes;
mod payload;
mod schema;
mod walk;
