//! Chooses where lines end.

use super::doc::{Bracket, Doc};
use super::page::Page;
use super::text::Lines;
use super::words::Comment;

/// A line is at most so wide where it can be broken.
const WIDTH: usize = 110;
/// Blanks for each level.
const STEP: usize = 2;

/// Something left to do.
#[derive(Clone, Copy)]
struct Task<'d, 't> {
    indent: usize,
    flat: bool,
    work: Work<'d, 't>,
}

#[derive(Clone, Copy)]
enum Work<'d, 't> {
    Doc(&'d Doc<'t>),
    Text(&'d str),
    Space,
    NewLine { blank: bool },
}

/// A line that begins with the next text.
#[derive(Clone, Copy)]
struct Pending {
    indent: usize,
    blank: bool,
}

/// Writes one item after the other on a page.
#[derive(Default)]
pub(super) struct Printer {
    page: Page,
    /// How wide the current line is, with a blank that only what follows brings.
    column: usize,
    space: bool,
    /// How far the current line is indented.
    indent: usize,
    pending: Option<Pending>,
    /// Something stands on the current line, or above it within the same brackets.
    begun: bool,
}

impl Printer {
    /// Writes an item, or what stands at the end of the file.
    pub(super) fn item(&mut self, docs: &[Doc<'_>]) {
        self.new_line(0, true);
        let mut tasks = Vec::new();
        push(&mut tasks, docs, 0, false);
        while let Some(task) = tasks.pop() {
            self.step(task, &mut tasks);
        }
    }

    /// How many bytes there are.
    pub(super) fn length(&self) -> usize {
        self.page.length()
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.page.finish()
    }

    fn step<'d, 't>(&mut self, task: Task<'d, 't>, tasks: &mut Vec<Task<'d, 't>>) {
        let Task { indent, flat, work } = task;
        let doc = match work {
            Work::Text(text) => return self.text(text),
            Work::Space => return self.space(),
            Work::NewLine { blank } => return self.new_line(indent, blank),
            Work::Doc(doc) => doc,
        };
        match doc {
            Doc::Text(text) => self.text(text),
            Doc::Lines(lines) => self.lines(lines),
            Doc::Space => self.space(),
            Doc::Line { .. } if flat => self.space(),
            Doc::Line { outdent } => self.new_line(indent.saturating_sub(*outdent), true),
            Doc::Separator { .. } if flat => {
                self.text(",");
                self.space();
            }
            Doc::Separator { comma } => {
                if *comma {
                    self.text(",");
                }
                self.new_line(indent, true);
            }
            Doc::Comment { comment, between } => self.comment(comment, *between, indent),
            Doc::Blank => {
                if let Some(pending) = &mut self.pending {
                    pending.blank = true;
                }
            }
            Doc::Nest(part) => push(tasks, &part.docs, indent + STEP, flat),
            Doc::Hang(part) => {
                let here = self.place();
                push(tasks, &part.docs, here, flat);
            }
            Doc::Group(part) => {
                let flat = flat || (!part.broken && self.fits(doc, tasks));
                push(tasks, &part.docs, indent, flat);
            }
            Doc::Bracket(bracket) => {
                // Braces on a line of their own are around lines.
                let alone = bracket.outer && self.pending.is_some();
                let flat = flat || (!bracket.broken && !alone && self.fits(doc, tasks));
                self.bracket(bracket, indent, flat, tasks);
            }
        }
    }

    fn bracket<'d, 't>(
        &mut self,
        bracket: &'d Bracket<'t>,
        indent: usize,
        flat: bool,
        tasks: &mut Vec<Task<'d, 't>>,
    ) {
        self.text(bracket.open);
        let mut add = |indent, flat, work| tasks.push(Task { indent, flat, work });
        if flat || bracket.hugs {
            add(indent, flat, Work::Text(bracket.close));
            if bracket.padded {
                add(indent, flat, Work::Space);
                self.space();
            }
            push(tasks, &bracket.inside, indent, flat);
            return;
        }
        let base = if bracket.outer { indent } else { self.indent };
        let inner = base + STEP;
        add(base, false, Work::Text(bracket.close));
        add(base, false, Work::NewLine { blank: false });
        push(tasks, &bracket.comments, inner, false);
        if !bracket.comments.is_empty() {
            tasks.push(Task { indent: inner, flat: false, work: Work::NewLine { blank: true } });
        }
        push(tasks, &bracket.inside, inner, false);
        self.new_line(inner, false);
        self.begun = false;
    }

    fn text(&mut self, text: &str) {
        self.begin_line();
        if std::mem::take(&mut self.space) {
            self.page.add(" ");
        }
        self.page.add(text);
        self.column += text.chars().count();
        self.begun = true;
    }

    fn lines(&mut self, lines: &Lines) {
        self.text(&lines.first);
        for (at, line) in lines.rest.iter().enumerate() {
            let closing = lines.closed_alone && at + 1 == lines.rest.len();
            let indent = if closing { self.indent } else { self.indent + STEP };
            self.page.line(if line.is_empty() { 0 } else { indent });
            self.page.add(line);
            self.column = indent + line.chars().count();
        }
    }

    fn space(&mut self) {
        if self.pending.is_none() && !self.space {
            self.space = true;
            self.column += 1;
        }
    }

    /// The line ends here; what follows begins another. `blank`: an empty line that was asked for before still is.
    fn new_line(&mut self, indent: usize, blank: bool) {
        let blank = blank && self.pending.is_some_and(|pending| pending.blank);
        self.pending = Some(Pending { indent, blank });
        self.space = false;
    }

    fn begin_line(&mut self) {
        let Some(pending) = self.pending.take() else { return };
        if pending.blank && self.begun {
            self.page.line(0);
        }
        self.page.line(pending.indent);
        self.column = pending.indent;
        self.indent = pending.indent;
    }

    /// Where the next text begins.
    fn place(&self) -> usize {
        self.pending.map_or(self.column, |pending| pending.indent)
    }

    fn comment(&mut self, comment: &Comment<'_>, between: bool, indent: usize) {
        // Inside an entry what follows is further in, so that it is not taken for another.
        let indent = self.pending.map_or(indent + STEP, |pending| pending.indent);
        if comment.own || !self.page.begun() {
            let blank = between && comment.blank;
            self.pending = Some(Pending { indent, blank });
            self.space = false;
            self.text(comment.text);
        } else {
            self.page.remark(comment.text);
        }
        self.new_line(indent, false);
    }

    /// Whether something fits on this line, together with what follows it up to where a line can end.
    fn fits<'d, 't>(&self, doc: &'d Doc<'t>, tasks: &[Task<'d, 't>]) -> bool {
        let Some(mut left) = WIDTH.checked_sub(self.place()) else { return false };
        let mut rest = tasks.iter().rev();
        let mut inside = vec![(true, Work::Doc(doc))];
        loop {
            let Some((flat, work)) = inside.pop().or_else(|| rest.next().map(|task| (task.flat, task.work)))
            else {
                return true;
            };
            let width = match work {
                Work::Text(text) => text.chars().count(),
                Work::Space => 1,
                Work::NewLine { .. } => return true,
                Work::Doc(doc) => match doc {
                    Doc::Text(text) => text.chars().count(),
                    Doc::Lines(lines) => return lines.first.chars().count() <= left,
                    Doc::Line { .. } | Doc::Separator { .. } | Doc::Comment { .. } if !flat => return true,
                    Doc::Separator { .. } => 2,
                    Doc::Space | Doc::Line { .. } => 1,
                    Doc::Comment { .. } | Doc::Blank => 0,
                    Doc::Nest(part) | Doc::Hang(part) | Doc::Group(part) => {
                        inside.extend(part.docs.iter().rev().map(|doc| (flat, Work::Doc(doc))));
                        0
                    }
                    Doc::Bracket(bracket) if !flat => return bracket.open.len() <= left,
                    Doc::Bracket(bracket) => {
                        inside.push((flat, Work::Text(bracket.close)));
                        inside.extend(bracket.inside.iter().rev().map(|doc| (flat, Work::Doc(doc))));
                        bracket.open.len() + if bracket.padded { 2 } else { 0 }
                    }
                },
            };
            match left.checked_sub(width) {
                Some(less) => left = less,
                None => return false,
            }
        }
    }
}

fn push<'d, 't>(tasks: &mut Vec<Task<'d, 't>>, docs: &'d [Doc<'t>], indent: usize, flat: bool) {
    tasks.extend(docs.iter().rev().map(|doc| Task { indent, flat, work: Work::Doc(doc) }));
}
