//! The compiler through its public interface.

mod check;
mod pages;
mod programs;
