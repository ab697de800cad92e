//! Bugs that are planted on purpose: each breaks one law, and the simulator must find it.

use crate::sim::Law;

/// One thing that is done wrongly. Everything else stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A commit acknowledges before it stores the rest.
    AcknowledgesFirst,
    /// A record is said to be stored and is not.
    ForgetsRecords,
    /// A dead letter is said to be stored and is not.
    DropsDeadLetters,
    /// Events that come again are taken for acknowledged.
    SkipsRedelivery,
    /// An action that was done is done again.
    RepeatsDone,
    /// A repeated attempt has an id of its own.
    RenamesRepetitions,
    /// An action that was to be done at most once is tried again when its outcome is unknown.
    InsistsOnUnknown,
    /// A join fires as soon as one of its streams has an event.
    JoinsTooEarly,
    /// After a restart a join has the state before its last firing.
    ReturnsOldRecords,
    /// More events are handed out than were asked for.
    HandsOutTooMany,
    /// A record grows with every commit.
    GrowsRecords,
    /// Actions run beyond the limit.
    ActsWithoutLimit,
    /// A lane stops handing out events and says nothing.
    HidesStall,
    /// The bus is away and nobody is told why nothing goes on.
    HidesOutage,
    /// A trigger knows nothing of its rate.
    OutrunsRate,
    /// A join knows nothing of its resets.
    ForgetsResets,
    /// What a join keeps is not written along for other programs.
    ForgetsKept,
    /// A replay is said to be taken, and nobody takes it.
    ClaimsReplay,
    /// A replay that is sent again has a new number.
    RenumbersReplay,
    /// A dead letter is dropped before its firing is stored, which then it never is.
    DropsLetterFirst,
    /// A trigger whose filter was edited goes on with the old one.
    KeepsOldFilter,
    /// A lane that is renamed loses what it had not acknowledged.
    LosesPlaceOnRename,
}

impl Bug {
    /// All of them.
    pub const ALL: [Bug; 22] = [
        Bug::AcknowledgesFirst,
        Bug::ForgetsRecords,
        Bug::DropsDeadLetters,
        Bug::SkipsRedelivery,
        Bug::RepeatsDone,
        Bug::RenamesRepetitions,
        Bug::InsistsOnUnknown,
        Bug::JoinsTooEarly,
        Bug::ReturnsOldRecords,
        Bug::HandsOutTooMany,
        Bug::GrowsRecords,
        Bug::ActsWithoutLimit,
        Bug::HidesStall,
        Bug::HidesOutage,
        Bug::OutrunsRate,
        Bug::ForgetsResets,
        Bug::ForgetsKept,
        Bug::ClaimsReplay,
        Bug::RenumbersReplay,
        Bug::DropsLetterFirst,
        Bug::KeepsOldFilter,
        Bug::LosesPlaceOnRename,
    ];

    /// The laws by which it may be found.
    pub fn breaks(self) -> &'static [Law] {
        match self {
            Bug::DropsDeadLetters | Bug::ClaimsReplay | Bug::DropsLetterFirst => &[Law::Lost],
            // A firing that was stored waits for its event for ever.
            Bug::SkipsRedelivery => &[Law::Lost, Law::Bounded],
            Bug::OutrunsRate => &[Law::Rate],
            Bug::ForgetsResets | Bug::ForgetsKept => &[Law::Join],
            Bug::RenumbersReplay => &[Law::Repeated, Law::Join],
            // It fires what the new filter keeps back, or keeps back what the new filter lets through.
            Bug::KeepsOldFilter => &[Law::Lost, Law::Repeated, Law::Join],
            // What is missing from a join shows there first.
            Bug::AcknowledgesFirst | Bug::LosesPlaceOnRename => &[Law::Lost, Law::Join],
            Bug::ForgetsRecords => &[Law::Lost, Law::Repeated, Law::Join],
            Bug::RepeatsDone | Bug::RenamesRepetitions | Bug::InsistsOnUnknown => &[Law::Repeated],
            Bug::JoinsTooEarly | Bug::ReturnsOldRecords => &[Law::Join],
            Bug::HandsOutTooMany | Bug::GrowsRecords | Bug::ActsWithoutLimit => &[Law::Bounded],
            Bug::HidesStall | Bug::HidesOutage => &[Law::Visible],
        }
    }
}
