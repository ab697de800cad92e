//! Lua 5.1, the language of gopher-lua, on the reference implementation.
//!
//! Each run has a state of its own, so nothing is left for the next event. A hook counts instructions; memory is bounded
//! by the allocator of the state; what would take long within one instruction is charged by its size.

mod convert;
mod library;
mod pattern;

use crate::limits::{Bound, Meter};
use crate::script::{Executable, Failure, Mistake, Outcome};
use crate::value::Value;
use mlua::chunk::ChunkMode;
use mlua::{Function, HookTriggers, Lua, LuaOptions, MultiValue, StdLib, VmState};
use std::cell::RefCell;
use std::rc::Rc;

/// What is removed, and what is wrapped.
const SANDBOX: &str = include_str!("lua/sandbox.lua");

/// Instructions between two looks of the hook. A single one may copy all that the state holds, so it is small.
const INSTRUCTIONS: u32 = 32;

/// A script that was found to be Lua.
#[derive(Debug)]
pub(crate) struct Program {
    text: String,
}

/// What a run shares with its hook and its functions.
struct Run {
    meter: Meter,
    /// The bound that was met; from then on nothing runs any more.
    met: Option<Bound>,
    /// Bytes that the state held before the script began.
    base: usize,
    /// Replacement functions of `gsub` within each other.
    nested: usize,
}

type Shared = Rc<RefCell<Run>>;

/// Why the state does not come up; never because of a script.
fn broken(error: mlua::Error) -> Failure {
    Failure::Raised(format!("Lua could not be started: {}", first_line(&error.to_string())))
}

/// Reads a script.
pub(crate) fn compile(text: &str) -> Result<Program, Mistake> {
    let lua = Lua::new_with(StdLib::NONE, LuaOptions::default())
        .map_err(|error| Mistake::at(text, 0, first_line(&error.to_string())))?;
    match load(&lua, text) {
        Ok(_) => Ok(Program { text: text.to_owned() }),
        Err(error) => {
            let message = error.to_string();
            let message = message.rsplit("script:").next().unwrap_or_default();
            let (line, words) = message.split_once(": ").unwrap_or(("1", message));
            let line: usize = line.parse().unwrap_or(1);
            let at = text.split_inclusive('\n').take(line - usize::from(line > 0)).map(str::len).sum();
            Err(Mistake { message: first_line(words), at, line })
        }
    }
}

fn load(lua: &Lua, text: &str) -> mlua::Result<Function> {
    lua.load(text).set_name("=script").set_mode(ChunkMode::Text).into_function()
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

impl Executable for Program {
    fn execute(&self, input: Value, meter: &mut Meter) -> Result<Outcome, Failure> {
        let run = Run { meter: meter.clone(), met: None, base: 0, nested: 0 };
        let shared = Rc::new(RefCell::new(run));
        let outcome = self.run(&input, &shared);
        let run = shared.borrow();
        *meter = run.meter.clone();
        match run.met {
            Some(bound) => Err(Failure::Bound(bound)),
            None => outcome,
        }
    }
}

impl Program {
    fn run(&self, input: &Value, shared: &Shared) -> Result<Outcome, Failure> {
        let libraries = StdLib::TABLE | StdLib::STRING | StdLib::MATH;
        let lua = Lua::new_with(libraries, LuaOptions::default()).map_err(broken)?;
        library::install(&lua, shared, SANDBOX).map_err(broken)?;
        let event = convert::to_lua(&lua, input, &mut shared.borrow_mut().meter)?;
        lua.globals().set("event", event).map_err(broken)?;
        let script = load(&lua, &self.text).map_err(broken)?;
        {
            let mut run = shared.borrow_mut();
            run.base = lua.used_memory();
            // What is left of the budget, and never less than a state needs to say that there is none.
            let left = usize::try_from(run.meter.memory_left()).unwrap_or(usize::MAX);
            lua.set_memory_limit(run.base.saturating_add(left)).map_err(broken)?;
        }
        let hooked = Rc::clone(shared);
        lua.set_hook(HookTriggers::new().every_nth_instruction(INSTRUCTIONS), move |lua, _| {
            let mut run = hooked.borrow_mut();
            let held = lua.used_memory().saturating_sub(run.base);
            run.charge(u64::from(INSTRUCTIONS) + held as u64 / 256)?;
            Ok(VmState::Continue)
        })
        .map_err(broken)?;
        let result = script.call::<MultiValue>(());
        lua.remove_hook();
        // Reading the result is counted by itself.
        lua.set_memory_limit(0).map_err(broken)?;
        let result = match result {
            Ok(values) => values,
            Err(error) => return Err(shared.borrow_mut().failure(&error)),
        };
        // Argo takes what lies on top of the stack: the last of several values.
        match result.into_iter().next_back() {
            None => Ok(Outcome::Nothing),
            Some(value) => convert::from_lua(&value, 0, &mut shared.borrow_mut().meter),
        }
    }
}

impl Run {
    /// Counts steps; once a bound is met, every further call fails.
    fn charge(&mut self, steps: u64) -> mlua::Result<()> {
        if self.met.is_none() {
            self.met = self.meter.steps(steps).err();
        }
        self.check()
    }

    fn check(&self) -> mlua::Result<()> {
        match self.met {
            Some(bound) => Err(mlua::Error::runtime(bound)),
            None => Ok(()),
        }
    }

    /// What an error that nobody caught means. Its words may hold values of the event, so only those of Lua itself are kept.
    fn failure(&mut self, error: &mlua::Error) -> Failure {
        let text = error.to_string();
        if matches!(error, mlua::Error::MemoryError(_)) || text.contains("not enough memory") {
            self.met = Some(Bound::Memory);
        }
        let first = first_line(&text);
        let first = first.strip_prefix("runtime error: ").unwrap_or(&first);
        let own = ["attempt to ", "stack overflow", "bad argument ", "malformed pattern", "invalid "];
        let place = first.split_once(": ").filter(|(place, _)| place.starts_with("script:"));
        Failure::Raised(match place {
            Some((place, words)) if own.iter().any(|start| words.starts_with(start)) => {
                format!("{words} (line {})", place.trim_start_matches("script:"))
            }
            Some((place, _)) => format!("it raised an error in line {}", place.trim_start_matches("script:")),
            None => "it raised an error".to_owned(),
        })
    }
}
