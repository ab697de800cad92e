//! Pipelines that run: real sockets, a real disk, processes that are killed.
//!
//! Each module says that it is one of tests, which is what the lints against panics go by.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod control;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod failing;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod health;
#[cfg(test)]
mod joins;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod pace;
#[cfg(test)]
mod records;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod road;
#[cfg(test)]
mod scripts;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod several;
#[cfg(test)]
mod start;
#[cfg(test)]
mod support;
#[cfg(test)]
mod suspend;
#[cfg(test)]
mod trace;
