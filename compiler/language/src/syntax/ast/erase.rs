//! Takes the places out of a tree, so that two texts can be compared by what they say.
//!
//! Every part is named in full: a new field does not compile until it stands here, too.

use super::*;

/// Sets every [`Span`] to nothing.
pub(crate) trait Erase {
    /// Sets every span in it to nothing.
    fn erase(&mut self);
}

impl Erase for Span {
    fn erase(&mut self) {
        *self = Span::default();
    }
}

impl<T: Erase> Erase for Option<T> {
    fn erase(&mut self) {
        self.iter_mut().for_each(Erase::erase);
    }
}

impl<T: Erase> Erase for Vec<T> {
    fn erase(&mut self) {
        self.iter_mut().for_each(Erase::erase);
    }
}

impl<T: Erase> Erase for Box<T> {
    fn erase(&mut self) {
        (**self).erase();
    }
}

/// What has no places.
macro_rules! plain {
    ($($name:ty)*) => { $(impl Erase for $name { fn erase(&mut self) {} })* };
}

/// A struct, with all its fields.
macro_rules! parts {
    ($($name:ident { $($field:ident)* })*) => { $(
        impl Erase for $name {
            fn erase(&mut self) {
                let $name { $($field),* } = self;
                $($field.erase();)*
            }
        }
    )* };
}

/// An enum, with all its forms and a name for each of their parts.
macro_rules! forms {
    ($($name:ident { $($form:ident $(($($part:ident)*))? $({ $($field:ident)* })?)* })*) => { $(
        impl Erase for $name {
            fn erase(&mut self) {
                match self {
                    $($name::$form $(($($part),*))? $({ $($field),* })? => {
                        $($($part.erase();)*)?
                        $($($field.erase();)*)?
                    })*
                }
            }
        }
    )* };
}

plain! { bool u32 u64 String UnaryOp BinaryOp }

impl<T: Erase> Erase for Spanned<T> {
    fn erase(&mut self) {
        let Spanned { value, span } = self;
        value.erase();
        span.erase();
    }
}

parts! {
    File { header items }
    Header { doc name block span }
    Item { doc kind span }
    Use { path with alias }
    Param { name ty default }
    Let { name value }
    TypeItem { name ty }
    Bus { name named kind block }
    Sensor { name named items fields raw }
    For { name list key items }
    If { condition then otherwise }
    Ref { segments span }
    Source { external name named body }
    Group { events fields raw broken span }
    Event { doc name named body span }
    EventBody { kind ty block filter }
    Filter { name named from alias map condition raw }
    Trigger { name named on clauses body }
    Condition { kind alias span }
    Clause { kind span }
    Body { actions options on_failure raw broken span }
    OnFailure { doc name named body span }
    Action { name args target from object with span }
    From { kind args span }
    Test { name steps }
    TestStep { kind span }
    Block { entries verify raw broken span }
    Verify { method object span }
    Object { entries broken span }
    Field { doc key value span }
    Patch { entries span }
    PatchStep { kind span }
    Expr { kind span }
    Comprehension { name list condition value }
    Quantifier { all name list condition }
    TimeRange { negated value from to zone }
    Arg { name value }
    Text { parts raw span }
    Foreign { language text span }
    TypeExpr { kind span }
    RecordField { doc name optional ty }
}

forms! {
    ItemKind {
        Use(a) Param(a) Let(a) Type(a) Bus(a) Source(a) Filter(a) Trigger(a) Sensor(a) For(a) If(a) Test(a) Hole
    }
    SourceBody { One(a) Group(a) }
    Mapping { Object(a) Foreign(a) }
    ConditionKind { Ref(a) And(a) Or(a) Paren(a) }
    ClauseKind { Reset { cron zone } Match(a) Within(a) After { wait without alias } Count(a) }
    FromArgs { Object(a) Foreign(a) Call(a) }
    StepKind {
        Send { event data with } ExpectNo(a) Expect { trigger times patch } Advance(a) Fail { trigger times } Hole
    }
    Entry { Field(a) Spread(a) }
    PatchEntry { Field { path value span } Spread(a) }
    PatchStepKind { Key(a) Index(a) ByName { member value } Append }
    ExprKind {
        Null Bool(a) Number(a) Text(a) Duration(a) Size(a) Rate(a) TimeOfDay(a) Foreign(a) List(a) Comprehension(a)
        Object(a) Name(a) Member(a b) Index(a b) Attribute(a b) Call(a b) Paren(a) Unary(a b) Binary(a b c) Range(a)
        If(a b c) Quantifier(a) Hole
    }
    ListEntry { Value(a) Spread(a) }
    TextPart { Literal(a) Value(a) }
    TypeKind { Name { name argument } Union(a) Record(a) Text(a) Number(a) From { function args } Hole }
}
