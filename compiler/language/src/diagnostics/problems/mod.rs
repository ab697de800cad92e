//! The words: one function a code, named like what is wrong.
//!
//! House style: a message is one sentence in plain words that says what is wrong with *this* text, lower case at the start,
//! no full stop, names in back-ticks, no type of this program. The label says in a few words what stands there or what was
//! expected. The help says what to do and shows the corrected text.

pub mod syntax;
