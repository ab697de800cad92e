//! What a plan means, through the public interface.
#![cfg(test)]

mod calls;
mod cron;
mod document;
mod logic;
mod make;
mod reference;
mod values;
mod wire;
