//! One triggered stage and how far it has come.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::{clock::Moment, ids::Id};
use super::outcome::{AgreementOutcome, BankingOutcome, BreOutcome, DisbursalOutcome, KycOutcome, OneTimePassword};

/// A stage that was triggered, with the ending it will have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::sandbox) struct Run {
    /// What the caller asks for it by.
    pub(in crate::sandbox) reference: Id,
    /// When it is over.
    pub(in crate::sandbox) done_at: Moment,
    /// Its kind and its ending.
    pub(in crate::sandbox) stage: Stage,
    answered: u32,
}

/// A stage and its ending.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::sandbox) enum Stage {
    /// The business rule engine.
    Bre(BreOutcome),
    /// The analysis of bank statements.
    Banking(BankingOutcome),
    /// The identity check.
    Kyc(KycOutcome),
    /// The signing of the agreement.
    Agreement(AgreementOutcome),
    /// The payment.
    Disbursal(DisbursalOutcome),
}

/// A kind of stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum StageKind {
    /// The business rule engine.
    Bre,
    /// The analysis of bank statements.
    Banking,
    /// The identity check.
    Kyc,
    /// The signing of the agreement.
    Agreement,
    /// The payment.
    Disbursal,
}

impl Stage {
    /// Its kind.
    pub(in crate::sandbox) fn kind(&self) -> StageKind {
        match self {
            Self::Bre(_) => StageKind::Bre,
            Self::Banking(_) => StageKind::Banking,
            Self::Kyc(_) => StageKind::Kyc,
            Self::Agreement(_) => StageKind::Agreement,
            Self::Disbursal(_) => StageKind::Disbursal,
        }
    }

    /// Whether its good ending is one that a further trigger would only repeat.
    fn ends_the_matter(&self) -> bool {
        match self {
            Self::Bre(_) | Self::Banking(_) => false,
            Self::Kyc(outcome) => outcome.status.is_favourable(),
            Self::Agreement(outcome) => *outcome == AgreementOutcome::Signed,
            Self::Disbursal(outcome) => *outcome == DisbursalOutcome::Paid,
        }
    }
}

/// How often "one-time password please" is answered before the customer has typed it.
const PASSWORD_ANSWERS: u32 = 2;

/// What someone who asks is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Progress {
    /// Wait.
    Processing,
    /// The customer must enter the one-time password.
    PasswordAsked,
    /// The customer entered a wrong one and must try again.
    PasswordMistaken,
    /// It is over.
    Done,
}

impl Run {
    /// A stage that starts now.
    pub(in crate::sandbox) fn starting(reference: Id, now: Moment, processing: Duration, stage: Stage) -> Self {
        Self { reference, done_at: now.plus(processing), stage, answered: 0 }
    }

    /// How far it is.
    pub(in crate::sandbox) fn progress(&self, now: Moment) -> Progress {
        if now < self.done_at {
            return Progress::Processing;
        }
        let asks = match &self.stage {
            Stage::Kyc(outcome) => outcome.password,
            Stage::Bre(_) | Stage::Banking(_) | Stage::Agreement(_) | Stage::Disbursal(_) => OneTimePassword::NotAsked,
        };
        match (asks, self.answered / PASSWORD_ANSWERS) {
            (OneTimePassword::Entered | OneTimePassword::Mistaken, 0) => Progress::PasswordAsked,
            (OneTimePassword::Mistaken, 1) => Progress::PasswordMistaken,
            _ => Progress::Done,
        }
    }

    /// Tells how far it is and counts that someone asked, which is what moves a one-time password on.
    pub(in crate::sandbox) fn ask(&mut self, now: Moment) -> Progress {
        let progress = self.progress(now);
        if matches!(progress, Progress::PasswordAsked | Progress::PasswordMistaken) {
            self.answered += 1;
        }
        progress
    }

    /// Whether triggering it again would only repeat it: it is still going on, or it ended well for good.
    pub(in crate::sandbox) fn makes_a_repeat(&self, now: Moment) -> bool {
        self.progress(now) != Progress::Done || self.stage.ends_the_matter()
    }
}
