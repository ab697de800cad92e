//! The language, through the compiler's public interface; a module an area.

mod corpus;
