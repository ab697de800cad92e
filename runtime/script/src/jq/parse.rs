//! Reading a filter: its grammar, and the resolution of its names on the way.

use super::builtins::Native;
use super::lex::{Token, tokens};
use super::scope::{Binding, Scope};
use super::syntax::{Def, Format, Node, NodeId, Op, Program};
use super::total;
use crate::script::Mistake;
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Functions that are written in jq themselves.
const PRELUDE: &str = include_str!("prelude.jq");

/// Brackets, functions and other nested parts go so deep; each level takes stack while it is read.
const MAX_NESTING: usize = 100;

const KEYWORDS: [&str; 18] = [
    "and", "as", "catch", "def", "elif", "else", "end", "foreach", "if", "import", "include", "label",
    "module", "or", "reduce", "then", "try", "__loc__",
];

/// Reads a filter.
pub(super) fn program(text: &str) -> Result<Program, Mistake> {
    let mut parser = Parser {
        text: "",
        tokens: Vec::new(),
        at: 0,
        nesting: 0,
        scope: Scope::default(),
        globals: BTreeMap::new(),
        program: Program::default(),
    };
    parser.read(PRELUDE)?;
    parser.definitions()?;
    parser.read(text)?;
    parser.definitions()?;
    let root =
        if parser.tokens.get(parser.at).is_none() { parser.add(Node::Identity) } else { parser.pipe()? };
    if parser.at < parser.tokens.len() {
        return Err(
            parser.mistake("this does not belong here; a `|`, a `,` or a bracket may be missing before it")
        );
    }
    parser.program.root = root;
    Ok(parser.program)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, usize)>,
    at: usize,
    nesting: usize,
    scope: Scope,
    /// Functions outside all others, by name and number of parameters.
    globals: BTreeMap<(Arc<str>, usize), u32>,
    program: Program,
}

type Parsed = Result<NodeId, Mistake>;

/// What a pattern after `as` binds, one after the other; the first is bound to the value itself.
struct Bound {
    /// Where the later ones come from.
    sources: Vec<NodeId>,
    /// How many bindings the pattern has made.
    count: usize,
}

impl<'t> Parser<'t> {
    fn read(&mut self, text: &'t str) -> Result<(), Mistake> {
        (self.text, self.tokens, self.at) = (text, tokens(text)?, 0);
        Ok(())
    }

    fn mistake(&self, message: impl Into<String>) -> Mistake {
        self.mistake_at(self.at, message)
    }

    fn mistake_at(&self, token: usize, message: impl Into<String>) -> Mistake {
        Mistake::at(self.text, self.tokens.get(token).map_or(self.text.len(), |(_, start)| *start), message)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += usize::from(token.is_some());
        token
    }

    fn sees(&self, sign: &str) -> bool {
        match self.peek() {
            Some(Token::Sign(found)) => *found == sign,
            Some(Token::Name(name)) => **name == *sign,
            _ => false,
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let sees = self.sees(sign);
        self.at += usize::from(sees);
        sees
    }

    fn expects(&mut self, sign: &str) -> Result<(), Mistake> {
        if self.takes(sign) { Ok(()) } else { Err(self.mistake(format!("a `{sign}` is missing here"))) }
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.program.nodes.push(node);
        (self.program.nodes.len() - 1) as NodeId
    }

    fn literal(&mut self, value: impl Into<Value>) -> NodeId {
        self.add(Node::Literal(value.into()))
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Mistake>) -> Result<T, Mistake> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(self.mistake("the filter nests too deeply; split it into functions"));
        }
        let result = read(self);
        self.nesting -= 1;
        result
    }

    /// Definitions that see only each other.
    fn definitions(&mut self) -> Result<(), Mistake> {
        while self.sees("def") {
            let (name, parameters) = self.head()?;
            let def = self.reserve();
            self.globals.insert((name, parameters.len()), def);
            self.body(def, &parameters)?;
        }
        Ok(())
    }

    fn reserve(&mut self) -> u32 {
        self.program.defs.push(Def { body: 0 });
        (self.program.defs.len() - 1) as u32
    }

    /// `def name(a; $b):`
    fn head(&mut self) -> Result<(Arc<str>, Vec<Token>), Mistake> {
        self.expects("def")?;
        let Some(Token::Name(name)) = self.next() else {
            return Err(self.mistake_at(self.at - 1, "the name of a function belongs here"));
        };
        let mut parameters = Vec::new();
        if self.takes("(") {
            loop {
                match self.next() {
                    Some(token @ (Token::Name(_) | Token::Variable(_))) => parameters.push(token),
                    _ => return Err(self.mistake_at(self.at - 1, "the name of a parameter belongs here")),
                }
                if !self.takes(";") {
                    break;
                }
            }
            self.expects(")")?;
        }
        self.expects(":")?;
        Ok((name, parameters))
    }

    /// The body of a function up to its `;`.
    fn body(&mut self, def: u32, parameters: &[Token]) -> Result<(), Mistake> {
        let outer = self.scope.len();
        for parameter in parameters {
            if let Token::Name(name) | Token::Variable(name) = parameter {
                self.scope.push(Binding::Closure(name.clone()));
            }
        }
        let mut values = Vec::new();
        for parameter in parameters {
            if let Token::Variable(name) = parameter {
                let distance = self.scope.closure(name).unwrap_or_default();
                values.push(self.add(Node::Closure(distance)));
                self.scope.push(Binding::Variable(name.clone()));
            }
        }
        let mut body = self.nested(Self::pipe)?;
        for source in values.into_iter().rev() {
            body = self.add(Node::Bind { source, body });
        }
        self.expects(";")?;
        self.scope.truncate(outer);
        if let Some(slot) = self.program.defs.get_mut(def as usize) {
            slot.body = body;
        }
        Ok(())
    }

    fn pipe(&mut self) -> Parsed {
        let outer = self.scope.len();
        // What stands around the rest of the pipe: functions, labels, bindings, and the left sides of `|`.
        let mut around: Vec<Around> = Vec::new();
        let last = loop {
            if self.sees("def") {
                let (name, parameters) = self.head()?;
                let def = self.reserve();
                self.scope.push(Binding::Function { name, arity: parameters.len(), def });
                self.body(def, &parameters)?;
                around.push(Around::Local);
            } else if self.takes("label") {
                let Some(Token::Variable(name)) = self.next() else {
                    return Err(
                        self.mistake_at(self.at - 1, "the name of a label belongs here, such as `$out`")
                    );
                };
                self.scope.push(Binding::Label(name));
                around.push(Around::Label);
                self.expects("|")?;
            } else {
                let node = self.comma()?;
                // In gojq the source of a binding is everything between commas, not only a term.
                if self.takes("as") {
                    let bound = self.pattern()?;
                    around.push(Around::Bind(node));
                    around.extend(bound.sources.into_iter().map(Around::Bind));
                    self.expects("|")?;
                } else if self.takes("|") {
                    around.push(Around::Pipe(node));
                } else {
                    break node;
                }
            }
        };
        self.scope.truncate(outer);
        Ok(around.into_iter().rev().fold(last, |inner, around| {
            self.add(match around {
                Around::Local => Node::Local(inner),
                Around::Label => Node::Label(inner),
                Around::Bind(source) => Node::Bind { source, body: inner },
                Around::Pipe(left) => Node::Pipe(left, inner),
            })
        }))
    }

    /// What follows `as`. The first value is bound already when the sources of the others are read.
    fn pattern(&mut self) -> Result<Bound, Mistake> {
        let before = self.scope.len();
        let mut sources = Vec::new();
        self.part(&mut sources)?;
        if self.sees("?//") {
            return Err(
                self.mistake("alternatives of patterns with `?//` are not supported; use `if` and `type`")
            );
        }
        Ok(Bound { sources, count: self.scope.len() - before })
    }

    /// Binds one value, then what the pattern takes from it.
    fn part(&mut self, sources: &mut Vec<NodeId>) -> Result<(), Mistake> {
        if let Some(Token::Variable(name)) = self.peek().cloned() {
            self.at += 1;
            self.scope.push(Binding::Variable(name));
            return Ok(());
        }
        self.scope.push(Binding::Hidden);
        let value = self.scope.len();
        if self.takes("[") {
            for position in 0_usize.. {
                let key = self.literal(position);
                self.nested(|parser| parser.taken(value, key, sources))?;
                if !self.takes(",") {
                    break;
                }
            }
            self.expects("]")
        } else if self.takes("{") {
            loop {
                self.member_pattern(value, sources)?;
                if !self.takes(",") {
                    break;
                }
            }
            self.expects("}")
        } else {
            Err(self.mistake("a variable, a list or an object of variables belongs here"))
        }
    }

    fn taken(&mut self, value: usize, key: NodeId, sources: &mut Vec<NodeId>) -> Result<(), Mistake> {
        let target = self.add(Node::Variable((self.scope.len() - value) as u32));
        sources.push(self.add(Node::Index { target, key }));
        self.part(sources)
    }

    fn member_pattern(&mut self, value: usize, sources: &mut Vec<NodeId>) -> Result<(), Mistake> {
        let key = match self.peek().cloned() {
            Some(Token::Variable(name)) => {
                self.at += 1;
                let key = self.literal(&*name);
                let target = self.add(Node::Variable((self.scope.len() - value) as u32));
                sources.push(self.add(Node::Index { target, key }));
                self.scope.push(Binding::Variable(name.clone()));
                if !self.takes(":") {
                    return Ok(());
                }
                self.literal(&*name)
            }
            Some(Token::Name(name)) => {
                self.at += 1;
                self.expects(":")?;
                self.literal(&*name)
            }
            Some(Token::TextStart) => {
                let key = self.text_literal(Format::Text)?;
                self.expects(":")?;
                key
            }
            _ => {
                self.expects("(")?;
                let key = self.nested(Self::pipe)?;
                self.expects(")")?;
                self.expects(":")?;
                key
            }
        };
        self.nested(|parser| parser.taken(value, key, sources))
    }

    fn comma(&mut self) -> Parsed {
        let mut items = vec![self.binary(0)?];
        while self.takes(",") {
            let item = self.binary(0)?;
            // A binding after the first item takes the rest of the pipe, but only this item is its source.
            items.push(if self.sees("as") { self.bound_rest(item)? } else { item });
        }
        let last = items.pop().unwrap_or_default();
        Ok(items.into_iter().rev().fold(last, |right, left| self.add(Node::Comma(left, right))))
    }

    /// `source as … | body` within a larger expression; it takes everything up to the end of the pipe.
    fn bound_rest(&mut self, source: NodeId) -> Parsed {
        self.nested(|parser| {
            parser.expects("as")?;
            let outer = parser.scope.len();
            let bound = parser.pattern()?;
            parser.expects("|")?;
            let body = parser.pipe()?;
            parser.scope.truncate(outer);
            let body = parser.wrap(bound.sources, body);
            Ok(parser.add(Node::Bind { source, body }))
        })
    }

    fn wrap(&mut self, sources: Vec<NodeId>, body: NodeId) -> NodeId {
        sources.into_iter().rev().fold(body, |body, source| self.add(Node::Bind { source, body }))
    }

    /// Operators that bind at least so tightly.
    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.postfix()?;
        let mut compared = u8::MAX;
        while let Some((operator, level)) = self.operator() {
            if level < least {
                break;
            }
            // Assignments and comparisons do not chain.
            if level == compared {
                return Err(self.mistake("this does not chain; put one side into brackets"));
            }
            compared = if level == 1 || level == 4 { level } else { u8::MAX };
            self.at += 1;
            let right = self.nested(|parser| parser.binary(if level == 0 { 0 } else { level + 1 }))?;
            left = self.apply(operator, left, right)?;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        let sign = match self.peek()? {
            Token::Sign(sign) => *sign,
            Token::Name(name) if **name == *"and" => "and",
            Token::Name(name) if **name == *"or" => "or",
            _ => return None,
        };
        let level = match sign {
            "//" => 0,
            "=" | "|=" | "+=" | "-=" | "*=" | "/=" | "%=" | "//=" => 1,
            "or" => 2,
            "and" => 3,
            "==" | "!=" | "<" | "<=" | ">" | ">=" => 4,
            "+" | "-" => 5,
            "*" | "/" | "%" => 6,
            _ => return None,
        };
        Some((sign, level))
    }

    fn apply(&mut self, operator: &str, left: NodeId, right: NodeId) -> Parsed {
        let op = match operator {
            "//" => return Ok(self.add(Node::Alternative(left, right))),
            "and" => return Ok(self.add(Node::And(left, right))),
            "or" => return Ok(self.add(Node::Or(left, right))),
            "|=" => return Ok(self.add(Node::Modify { paths: left, update: right })),
            "=" => return self.global("_assign", vec![left, right]),
            "+=" => return self.global("_update_add", vec![left, right]),
            "-=" => return self.global("_update_subtract", vec![left, right]),
            "*=" => return self.global("_update_multiply", vec![left, right]),
            "/=" => return self.global("_update_divide", vec![left, right]),
            "%=" => return self.global("_update_modulo", vec![left, right]),
            "//=" => return self.global("_update_alternative", vec![left, right]),
            "+" => Op::Add,
            "-" => Op::Subtract,
            "*" => Op::Multiply,
            "/" => Op::Divide,
            "%" => Op::Modulo,
            "==" => Op::Equal,
            "!=" => Op::Unequal,
            "<" => Op::Less,
            "<=" => Op::AtMost,
            ">" => Op::Greater,
            _ => Op::AtLeast,
        };
        Ok(self.add(Node::Binary { op, left, right }))
    }

    fn global(&mut self, name: &str, args: Vec<NodeId>) -> Parsed {
        match self.globals.get(&(name.into(), args.len())).copied() {
            Some(def) => Ok(self.add(Node::CallGlobal { def, args })),
            None => Err(self.mistake(format!("there is no function `{name}`"))),
        }
    }

    /// A term with everything that follows it directly.
    fn postfix(&mut self) -> Parsed {
        if self.takes("-") {
            let operand = self.nested(Self::postfix)?;
            return Ok(self.add(Node::Negate(operand)));
        }
        let mut node = self.term()?;
        loop {
            match self.peek().cloned() {
                Some(Token::Field(name)) => {
                    self.at += 1;
                    let key = self.literal(&*name);
                    node = self.add(Node::Index { target: node, key });
                }
                Some(Token::Sign("?")) => {
                    self.at += 1;
                    node = self.add(Node::Try { body: node, handler: None });
                }
                Some(Token::Sign("[")) => node = self.bracket(node)?,
                Some(Token::Sign("."))
                    if matches!(
                        self.tokens.get(self.at + 1),
                        Some((Token::Sign("[") | Token::TextStart, _))
                    ) =>
                {
                    self.at += 1;
                    if self.sees("[") {
                        node = self.bracket(node)?;
                    } else {
                        let key = self.text_literal(Format::Text)?;
                        node = self.add(Node::Index { target: node, key });
                    }
                }
                _ => return Ok(node),
            }
        }
    }

    /// `[…]` after a term.
    fn bracket(&mut self, target: NodeId) -> Parsed {
        self.expects("[")?;
        if self.takes("]") {
            return Ok(self.add(Node::Each(target)));
        }
        let from = if self.sees(":") { None } else { Some(self.nested(Self::pipe)?) };
        let node = if self.takes(":") {
            let to = if self.sees("]") { None } else { Some(self.nested(Self::pipe)?) };
            Node::Slice { target, from, to }
        } else {
            Node::Index { target, key: from.unwrap_or_default() }
        };
        self.expects("]")?;
        Ok(self.add(node))
    }

    fn term(&mut self) -> Parsed {
        let start = self.at;
        match self.next() {
            Some(Token::Number(text)) => Ok(self.literal(Value::number(&text))),
            Some(Token::TextStart) => {
                self.at = start;
                self.text_literal(Format::Text)
            }
            Some(Token::Format(name)) => {
                let format = Format::named(&name);
                let format =
                    format.ok_or_else(|| self.mistake_at(start, format!("there is no format `@{name}`")))?;
                if self.peek() == Some(&Token::TextStart) {
                    return self.text_literal(format);
                }
                let parts = vec![self.add(Node::Identity)];
                Ok(self.add(Node::Text { format, parts }))
            }
            Some(Token::Field(name)) => {
                let (target, key) = (self.add(Node::Identity), self.literal(&*name));
                Ok(self.add(Node::Index { target, key }))
            }
            Some(Token::Variable(name)) => self.variable(start, &name),
            Some(Token::Sign("..")) => self.global("recurse", Vec::new()),
            Some(Token::Sign(".")) => {
                let target = self.add(Node::Identity);
                if self.peek() == Some(&Token::TextStart) {
                    let key = self.text_literal(Format::Text)?;
                    return Ok(self.add(Node::Index { target, key }));
                }
                Ok(target)
            }
            Some(Token::Sign("(")) => {
                let node = self.nested(Self::pipe)?;
                self.expects(")")?;
                Ok(node)
            }
            Some(Token::Sign("[")) => {
                let items = if self.sees("]") { None } else { Some(self.nested(Self::pipe)?) };
                self.expects("]")?;
                Ok(self.add(Node::List(items)))
            }
            Some(Token::Sign("{")) => self.object(),
            Some(Token::Name(name)) => self.word(start, name),
            _ => Err(self.mistake_at(start, "an expression belongs here")),
        }
    }

    fn variable(&mut self, start: usize, name: &str) -> Parsed {
        if let Some(distance) = self.scope.variable(name) {
            return Ok(self.add(Node::Variable(distance)));
        }
        match name {
            // As in Argo, where gojq is given no environment.
            "ENV" => Ok(self.add(Node::Object(Vec::new()))),
            _ => Err(self.mistake_at(start, format!("there is no variable `${name}` here"))),
        }
    }

    /// A keyword, a constant or a call.
    fn word(&mut self, start: usize, name: Arc<str>) -> Parsed {
        match &*name {
            "if" => self.nested(Self::condition),
            "try" => self.nested(|parser| {
                let body = parser.handled()?;
                let handler = if parser.takes("catch") { Some(parser.handled()?) } else { None };
                Ok(parser.add(Node::Try { body, handler }))
            }),
            "reduce" | "foreach" => self.nested(|parser| parser.fold(*name == *"foreach")),
            "break" => {
                let at = self.at;
                let Some(Token::Variable(label)) = self.next() else {
                    return Err(self.mistake_at(at, "the name of a label belongs here, such as `$out`"));
                };
                match self.scope.label(&label) {
                    Some(distance) => Ok(self.add(Node::Break(distance))),
                    None => Err(self.mistake_at(at, format!("there is no label `${label}` around this"))),
                }
            }
            "import" | "include" => Err(self.mistake_at(start, "a filter cannot load modules")),
            name if KEYWORDS.contains(&name) => Err(self.mistake_at(start, "an expression belongs here")),
            _ => self.call(start, &name),
        }
    }

    /// The body of `try` and of `catch`: a term with its suffixes.
    fn handled(&mut self) -> Parsed {
        self.nested(Self::postfix)
    }

    fn condition(&mut self) -> Parsed {
        let condition = self.pipe()?;
        self.expects("then")?;
        let then = self.pipe()?;
        let otherwise = if self.takes("elif") {
            let otherwise = self.nested(Self::condition)?;
            return Ok(self.add(Node::If { condition, then, otherwise }));
        } else if self.takes("else") {
            self.pipe()?
        } else {
            self.add(Node::Identity)
        };
        self.expects("end")?;
        Ok(self.add(Node::If { condition, then, otherwise }))
    }

    fn fold(&mut self, foreach: bool) -> Parsed {
        let source = self.postfix()?;
        self.expects("as")?;
        let outer = self.scope.len();
        let bound = self.pattern()?;
        // The start is outside of the bindings.
        let inner = self.scope.split_off(outer);
        self.expects("(")?;
        let init = self.pipe()?;
        self.scope.extend(inner);
        self.expects(";")?;
        let update = self.pipe()?;
        let extract = if foreach && self.takes(";") { Some(self.pipe()?) } else { None };
        self.expects(")")?;
        debug_assert_eq!(self.scope.len(), outer + bound.count);
        self.scope.truncate(outer);
        let update = self.wrap(bound.sources.clone(), update);
        if foreach {
            let extract = extract.map(|extract| self.wrap(bound.sources, extract));
            return Ok(self.add(Node::Foreach { source, init, update, extract }));
        }
        let keeps = !total::always_gives(&self.program, update);
        Ok(self.add(Node::Reduce { source, init, update, keeps }))
    }

    fn object(&mut self) -> Parsed {
        let mut members = Vec::new();
        while !self.sees("}") {
            members.push(self.member()?);
            if !self.takes(",") {
                break;
            }
        }
        self.expects("}")?;
        Ok(self.add(Node::Object(members)))
    }

    fn member(&mut self) -> Result<(NodeId, NodeId), Mistake> {
        let start = self.at;
        let key = match self.next() {
            Some(Token::Variable(name)) => {
                let (key, value) = (self.literal(&*name), self.variable(start, &name)?);
                return Ok((key, value));
            }
            Some(Token::Name(name)) => self.literal(&*name),
            Some(Token::Number(_)) => {
                return Err(self.mistake_at(start, "a number as a key is written as text"));
            }
            Some(Token::TextStart) => {
                self.at = start;
                self.text_literal(Format::Text)?
            }
            Some(Token::Sign("(")) => {
                let key = self.nested(Self::pipe)?;
                self.expects(")")?;
                if !self.sees(":") {
                    return Err(self.mistake("a `:` and a value are missing here"));
                }
                key
            }
            _ => return Err(self.mistake_at(start, "a key or a `}` belongs here")),
        };
        if !self.takes(":") {
            let target = self.add(Node::Identity);
            let value = self.add(Node::Index { target, key });
            return Ok((key, value));
        }
        // Values are alternatives of `|`, without commas.
        let mut value = self.nested(|parser| parser.binary(0))?;
        if self.takes("|") {
            let mut stages = vec![value];
            loop {
                stages.push(self.nested(|parser| parser.binary(0))?);
                if !self.takes("|") {
                    break;
                }
            }
            value = stages.pop().unwrap_or_default();
            value = stages.into_iter().rev().fold(value, |right, left| self.add(Node::Pipe(left, right)));
        }
        Ok((key, value))
    }

    fn text_literal(&mut self, format: Format) -> Parsed {
        self.at += 1;
        let mut parts = Vec::new();
        let mut only = None;
        loop {
            let start = self.at;
            match self.next() {
                Some(Token::TextPart(text)) => {
                    if !text.is_empty() {
                        let part = self.literal(&*text);
                        parts.push(part);
                    }
                    only = Some(text);
                }
                Some(Token::ValueStart) => {
                    let inner = self.nested(Self::pipe)?;
                    if self.next() != Some(Token::ValueEnd) {
                        return Err(self.mistake_at(self.at - 1, "a `)` is missing here"));
                    }
                    let identity = self.add(Node::Identity);
                    let text = self.add(Node::Text { format, parts: vec![identity] });
                    parts.push(self.add(Node::Pipe(inner, text)));
                    only = None;
                }
                Some(Token::TextEnd) => break,
                _ => return Err(self.mistake_at(start, "the text does not end")),
            }
        }
        match (only, parts.as_slice()) {
            (Some(text), [] | [_]) if parts.iter().all(|part| self.is_literal(*part)) => {
                Ok(self.literal(&*text))
            }
            _ => {
                // Literal parts are text already, so only values are formatted.
                Ok(self.add(Node::Text { format: Format::Text, parts }))
            }
        }
    }

    fn is_literal(&self, node: NodeId) -> bool {
        matches!(self.program.nodes.get(node as usize), Some(Node::Literal(_)))
    }

    fn call(&mut self, start: usize, name: &Arc<str>) -> Parsed {
        let mut args = Vec::new();
        if self.takes("(") {
            loop {
                args.push(self.nested(Self::pipe)?);
                if !self.takes(";") {
                    break;
                }
            }
            self.expects(")")?;
        }
        if let Some((distance, binding)) = self.scope.callable(name, args.len()) {
            let node = match binding {
                Binding::Function { def, .. } => Node::CallLocal { def: *def, at: distance, args },
                _ => Node::Closure(distance),
            };
            return Ok(self.add(node));
        }
        if let Some(def) = self.globals.get(&(name.clone(), args.len())).copied() {
            return Ok(self.add(Node::CallGlobal { def, args }));
        }
        let node = match (&**name, args.as_slice()) {
            ("empty", []) => Node::Empty,
            ("null", []) => Node::Literal(Value::Null),
            ("true", []) => Node::Literal(true.into()),
            ("false", []) => Node::Literal(false.into()),
            ("infinite", []) => Node::Literal(f64::INFINITY.into()),
            ("nan", []) => Node::Literal(f64::NAN.into()),
            ("env", []) => Node::Object(Vec::new()),
            ("path", [f]) => Node::Path(*f),
            ("getpath", [p]) => Node::GetPath(*p),
            ("limit", [count, body]) => Node::Limit { count: *count, body: *body },
            ("skip", [count, body]) => Node::Skip { count: *count, body: *body },
            ("range", [from, to, by]) => Node::Range { from: *from, to: *to, by: *by },
            _ => match Native::named(name, args.len()) {
                Some(native) => Node::Native { native, args },
                None => return Err(self.unknown(start, name, args.len())),
            },
        };
        Ok(self.add(node))
    }

    fn unknown(&self, start: usize, name: &str, arity: usize) -> Mistake {
        let why = match name {
            "now" | "localtime" | "strflocaltime" | "mktime_local" => {
                "a script sees no clock and no time zone, so that an event decided again gives the same answer"
            }
            "input" | "inputs" | "input_filename" | "input_line_number" => {
                "a script sees one event and nothing else"
            }
            "debug" | "stderr" => "a script has no output but its result",
            "halt" | "halt_error" => "a script cannot end the process; use `error`",
            "get_search_list" | "modulemeta" => "a filter cannot load modules",
            _ => {
                let parameters = if arity == 1 { "parameter" } else { "parameters" };
                return self
                    .mistake_at(start, format!("there is no function `{name}` with {arity} {parameters}"));
            }
        };
        self.mistake_at(start, format!("`{name}` cannot be used: {why}"))
    }
}

enum Around {
    Local,
    Label,
    Bind(NodeId),
    Pipe(NodeId),
}
