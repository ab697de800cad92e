//! Things that are made of each other, each after those that it is made of.

/// An order, and what stands in its way.
pub struct Ordered {
    /// The indexes; each comes after its parts, but for what [`back`](Ordered::back) has.
    pub order: Vec<usize>,
    /// Circles without a common member, each from where it is entered.
    pub circles: Vec<Vec<usize>>,
    /// Whether an index lies in a circle.
    pub circular: Vec<bool>,
    /// Each whole with a part that closes a circle and comes later.
    pub back: Vec<(usize, usize)>,
}

/// How far an index has been looked at.
#[derive(Clone, Copy)]
enum Seen {
    Not,
    /// At this place of the way.
    Open(usize),
    Done,
}

/// Orders indexes by the parts of each. A loop, since a chain may be as long as the file.
pub fn ordered(parts: &[Vec<usize>]) -> Ordered {
    let mut found = Ordered {
        order: Vec::with_capacity(parts.len()),
        circles: Vec::new(),
        circular: vec![false; parts.len()],
        back: Vec::new(),
    };
    let mut seen = vec![Seen::Not; parts.len()];
    for start in 0..parts.len() {
        // The way from `start`, and the parts of each that are still to be looked at.
        let mut way: Vec<usize> = Vec::new();
        let mut open: Vec<std::slice::Iter<'_, usize>> = Vec::new();
        let mut next = matches!(seen.get(start), Some(Seen::Not)).then_some(start);
        loop {
            if let Some(index) = next.take()
                && let (Some(state), Some(parts)) = (seen.get_mut(index), parts.get(index))
            {
                *state = Seen::Open(way.len());
                way.push(index);
                open.push(parts.iter());
            }
            let (Some(index), Some(rest)) = (way.last().copied(), open.last_mut()) else { break };
            match rest.next() {
                Some(part) => match seen.get(*part) {
                    Some(Seen::Not) => next = Some(*part),
                    Some(Seen::Open(from)) => {
                        found.back.push((index, *part));
                        found.circle(way.get(*from..).unwrap_or_default());
                    }
                    _ => {}
                },
                None => {
                    way.pop();
                    open.pop();
                    found.order.push(index);
                    if let Some(state) = seen.get_mut(index) {
                        *state = Seen::Done;
                    }
                }
            }
        }
    }
    found
}

impl Ordered {
    fn circle(&mut self, circle: &[usize]) {
        let circular = |index: &usize| self.circular.get(*index) == Some(&true);
        if !circle.iter().any(circular) {
            self.circles.push(circle.to_vec());
        }
        for index in circle {
            if let Some(circular) = self.circular.get_mut(*index) {
                *circular = true;
            }
        }
    }
}
