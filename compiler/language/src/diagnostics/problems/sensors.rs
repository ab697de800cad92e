//! `sensor { … }`

use crate::diagnostics::{Diagnostic, Place};

/// AEV0358: an item that no sensor has.
pub fn misplaced(at: Place, word: &str) -> Diagnostic {
    let why = match word {
        "sensor" => "it cannot stand in another sensor",
        _ => "it is for the whole file",
    };
    Diagnostic::error(358, at, format!("a sensor has no `{word}`"))
        .saying(why)
        .help("write it outside the sensor, which holds filters, triggers and fields of its own")
}

/// AEV0359: a filter of another sensor.
pub fn elsewhere(at: Place, name: &str, declared: Place, owner: Option<&str>) -> Diagnostic {
    let whose = match owner {
        Some(owner) => format!("of the sensor `{owner}`"),
        None => "outside the sensors".to_owned(),
    };
    Diagnostic::error(359, at, format!("the filter `{name}` is not known here"))
        .saying("filters are known in their own sensor alone")
        .see(declared, format!("it is one {whose}"))
        .help("write a filter of another name here, or move what uses it")
}

/// AEV0360: a sensor that does nothing.
pub fn without_trigger(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(360, at, format!("the sensor `{name}` has no trigger"))
        .saying("it would do nothing, and Argo Events takes no such Sensor")
        .help("give it one: `trigger NAME on EVENT { … }`")
}

/// AEV0361: a sensor that is called like the one of what stands outside.
pub fn like_the_pipeline(at: Place, outside: Place, name: &str) -> Diagnostic {
    Diagnostic::error(361, at, format!("two sensors would be called `{name}`"))
        .saying("this one")
        .see(outside, "what stands outside all sensors belongs to one that is called like the pipeline")
        .help("give this sensor another name, or move this into it")
}
