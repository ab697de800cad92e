//! Steps of a trigger, on a thread of their own where they run scripts.

use super::{Round, Stop, Work};
use aev_engine::{Effect, Input, Timestamp, step};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long scripts decide before what they have decided is carried out.
const AT_A_TIME: Duration = Duration::from_millis(20);

impl Work<'_> {
    /// Decides, and carries out what was decided before it decides more.
    pub(super) async fn decide(&mut self, inputs: Vec<Input>, mut round: Round) -> Result<(), Stop> {
        let mut inputs = VecDeque::from(inputs);
        loop {
            let now = self.runner.now();
            let steps = self.steps(&mut inputs, now).await?;
            let shown = round.shown.split_off(steps.len().min(round.shown.len()));
            self.carry_out(steps, round, now).await?;
            if inputs.is_empty() {
                return Ok(());
            }
            round = Round { shown, ..Round::default() };
        }
    }

    /// Takes steps with the first inputs, or with all, and gives the effects of each. Scripts take their time and block the
    /// thread: with one of their own, other triggers go on meanwhile.
    async fn steps(
        &mut self,
        inputs: &mut VecDeque<Input>,
        now: Timestamp,
    ) -> Result<Vec<Vec<Effect>>, Stop> {
        let trigger = &self.runner.trigger;
        if !trigger.runs_scripts() {
            return Ok(inputs.drain(..).map(|input| step(trigger, &mut self.record, now, input)).collect());
        }
        let trigger = trigger.clone();
        let (mut record, mut left) = (std::mem::take(&mut self.record), std::mem::take(inputs));
        let worked = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let mut effects = Vec::new();
            while let Some(input) = left.pop_front() {
                effects.push(step(&trigger, &mut record, now, input));
                if begun.elapsed() > AT_A_TIME {
                    break;
                }
            }
            (effects, record, left)
        });
        let (effects, record, left) = worked.await.map_err(|error| Stop::Again(error.to_string()))?;
        self.record = record;
        *inputs = left;
        Ok(effects)
    }
}
