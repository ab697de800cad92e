//! The little languages of Argo Events in pure Rust: gjson, sjson, govaluate, and the filters and parameters made of them.
