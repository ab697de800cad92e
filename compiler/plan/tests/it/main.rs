//! What a plan means, through the public interface.
#![cfg(test)]

mod cron;
mod document;
mod logic;
mod make;
mod values;
mod wire;
