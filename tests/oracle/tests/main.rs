//! Argo Events itself: that it is asked rightly, and that it takes what aev makes.

#![cfg(test)]

mod answers;
mod decisions;
mod examples;
mod extensions;
mod http;
mod interop;
mod pods;
mod verdicts;
