//! What each target can do.

/// Whether a target can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It can.
    Yes,
    /// It takes it and does nothing with it; the sentence says so to the user and is worth a warning.
    Ignored(&'static str),
    /// It will; the language has it and this version does not.
    NotYet,
    /// It cannot, and never will.
    Never,
}

impl Support {
    /// It can be written for this target.
    pub const fn accepts(self) -> bool {
        matches!(self, Support::Yes | Support::Ignored(_))
    }
}

/// What the two targets can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Targets {
    /// Argo Events manifests.
    pub argo: Support,
    /// The plan, and the runtime that executes it.
    pub runtime: Support,
}

impl Targets {
    /// Both can.
    pub const ALL: Targets = Targets { argo: Support::Yes, runtime: Support::Yes };
    /// Argo can, the runtime will.
    pub const ARGO: Targets = Targets { argo: Support::Yes, runtime: Support::NotYet };
    /// Only the runtime ever can.
    pub const RUNTIME_ONLY: Targets = Targets { argo: Support::Never, runtime: Support::Yes };
    /// The language has it; it is not built yet.
    pub const NOT_YET: Targets = Targets { argo: Support::NotYet, runtime: Support::NotYet };

    /// Only the runtime ever can, and not yet.
    pub const RUNTIME_LATER: Targets = Targets { argo: Support::Never, runtime: Support::NotYet };

    /// Something is made of it for some target, or one says that it never can. Otherwise it is *parsed and not built yet*.
    pub const fn built(self) -> bool {
        !matches!((self.argo, self.runtime), (Support::NotYet, Support::NotYet))
    }
}
