//! What triggers decide, through the public interface.
#![cfg(test)]

mod actions;
mod delivery;
mod joins;
mod laws;
mod make;
mod trial;
