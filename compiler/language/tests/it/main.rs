//! The compiler through its public interface.

mod check;
mod programs;
