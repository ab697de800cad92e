//! jq and Lua for filters and transforms of Argo Events, bounded in steps, memory and time.
//!
//! A [`Script`] is compiled once and run for many events. [`Script::transform`] is Argo's `transform`, and
//! [`Script::decide`] its `script` filter. A run sees the data of one event and nothing else: no files, no network, no
//! environment, no clock, no chance, and nothing of an earlier run. It blocks the thread it is on, and is a function of the
//! script, the event and the [`Limits`].
//!
//! # Bounds
//!
//! - **jq** is an interpreter of our own. What is still to be done lies in counted lists, not on the stack, so a filter that
//!   recurses without end meets a bound like any other. Every move of the machine is a step; comparing, searching and
//!   copying count by length. Regular expressions take linear time; each search counts the text it may look at, times the size of the pattern.
//!   A run keeps at most eight compiled patterns, some megabytes that are not counted.
//! - **Lua** is the reference implementation of 5.1. A hook counts instructions, the allocator of the state bounds memory,
//!   and library functions that work long within C count by length. Patterns are matched in Rust, where backtracking counts.
//!   A bound cannot be caught with `pcall`. A single instruction may copy what the state holds, which `..` can make tens of
//!   megabytes, so what a state has grown to counts as well, at every look of the hook.
//! - Steps and memory are counted: the same run ends at the same place everywhere. A [`Cancel`] handle is the last guard, for
//!   machines that are too slow.
//!
//! # Where this differs from Argo Events
//!
//! Argo runs gojq and gopher-lua without bounds; in Lua with `os` and `io`.
//!
//! - **Numbers.** In gojq every number of an event is a double. Here an integer that doubles cannot hold keeps its digits as
//!   long as jq only moves it; arithmetic is in doubles, also between large integers of the filter itself. In Lua
//!   everything is a double: an integer beyond 2^53 is rounded.
//! - **Numbers as text in Lua.** `..` and `table.concat` write numbers with 14 digits, as Lua itself does, so
//!   `123456789012345 .. ""` is `1.2345678901234e+14`; gopher-lua writes all digits. `tostring` and `string.format("%d", n)`
//!   write them here, too.
//! - **jq without** `now`, `localtime`, `strflocaltime`, `halt`, `halt_error`, modules, `?//`, and rarely used functions of
//!   numbers such as `gamma`; using them is a mistake that is found when the filter is read. `env` and `$ENV` are empty
//!   objects, as in Argo. `input` and `debug` are in neither. The flags of patterns are `g`, `i`, `n` and `s`.
//! - **Lua without** `os`, `io`, `debug`, `coroutine`, `package`, `require`, `module`, `print`, `load` and its kin,
//!   `collectgarbage`, `getfenv`, `setfenv`, `newproxy`, `string.dump`, `math.random`; they are nil. `goto`, which gopher-lua
//!   adds, is not there. `tostring` of a table is `table`, without an address.
//! - **Order.** `pairs` has no order that one may rely on, here as there.
//! - **Depth.** Values nest to 256 levels, as in every document here.
//! - **Messages** have words of their own and hold no value of the event; the text given to `error` is not repeated.
//!
//! # Layout
//!
//! - `script`: compiling and running; `limits`: bounds and their count; `value`: JSON as scripts see it
//! - `jq` and `lua`: one module for each language, behind one trait
//! - `bounded`: what the engine runs scripts with

mod bounded;
mod jq;
mod limits;
mod lua;
mod script;
mod value;

pub use bounded::Bounded;
pub use limits::{Bound, Cancel, Limits};
pub use script::{Failure, Language, MAX_SCRIPT, Mistake, Script};
