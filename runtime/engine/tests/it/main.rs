//! What triggers decide, through the public interface.
#![cfg(test)]

mod actions;
mod again;
mod delivery;
mod joins;
mod laws;
mod make;
mod resets;
mod trial;
