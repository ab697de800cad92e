//! A deterministic simulator: the real runner and the real engine, on a bus and on targets that fail in every way they can,
//! in an order that a seed decides.
//!
//! A process ends before or after any of its effects, is started again, is taken over; the bus is away, slow, full, loses
//! its answers, hands out twice and in another order; targets are slow, refuse, do not answer; clocks jump. After every
//! step the laws are checked, and a history that breaks one is repeated, bit for bit, from its seed.
//!
//! - [`history`]: the steps; [`scenario`]: the triggers that go through them; [`random`]: what decides
//! - [`process`]: the triggers on the real runner; [`bus`] with [`store`], and [`world`]: what they run against
//! - [`calls`]: what people ask of running triggers; [`foreign`]: another program that works on the same joins
//! - [`sim`]: what all of these share, and the laws; [`fault`]: what goes wrong, and how often it did
//! - [`mod@reference`]: what must happen; [`ledger`]: what was done; [`laws`] and `audit`: the comparison
//! - [`bug`]: mistakes that are planted to see that they are found; [`trace`]: what is printed

mod audit;
pub mod bug;
pub mod bus;
pub mod calls;
pub mod fault;
pub mod foreign;
pub mod history;
pub mod laws;
pub mod ledger;
pub mod process;
pub mod random;
pub mod reference;
pub mod scenario;
pub mod sim;
pub mod store;
pub mod trace;
pub mod world;
