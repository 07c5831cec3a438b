//! The questions about a profile as a dialogue: each is told once, with its answers, and again when it is gone back to.

use super::{Narration, spoken};
use crate::app::wizard::{Step, Wizard};
use crate::ui::wizard::told;

/// Knows what of the questions was told.
#[derive(Debug, Default)]
pub struct Questioner {
    is_greeted: bool,
    step: Option<Step>,
    /// The lines of this step that were told.
    told: Vec<String>,
    taken: usize,
    /// Does the prompt stand at the end of what was written?
    is_asking: bool,
}

impl Questioner {
    /// What is new since the last time.
    pub fn tell(&mut self, wizard: &Wizard) -> Narration {
        let mut lines = Vec::new();
        if !self.is_greeted {
            self.is_greeted = true;
            lines.push(told::greeting(wizard));
        }
        let is_answered = wizard.taken != self.taken;
        self.taken = wizard.taken;
        if is_answered {
            self.is_asking = false;
            lines.extend(told::wrong(wizard));
        }
        if self.step != Some(wizard.step) {
            self.step = Some(wizard.step);
            self.told.clear();
        }
        let written = wizard.review.as_ref().filter(|review| review.is_written);
        // A question is told once all of its answers are known.
        if let Some(review) = written {
            lines.push(told::written(wizard, review));
        } else if wizard.review.is_some() || !wizard.is_preparing() {
            let all = told::lines(wizard);
            lines.extend(all.iter().filter(|line| !self.told.contains(line)).cloned());
            self.told = all;
        }
        if !lines.is_empty() && self.is_asking {
            // The prompt has no line break behind it.
            lines.insert(0, String::new());
            self.is_asking = false;
        }
        let prompt = (!self.is_asking && !wizard.is_preparing() && written.is_none()).then(|| told::prompt(wizard));
        self.is_asking |= prompt.is_some();
        let lines = lines.iter().map(|line| spoken(line)).collect();
        Narration { lines, prompt: prompt.map(|prompt| spoken(&prompt)), is_secret: wizard.is_secret() }
    }
}
