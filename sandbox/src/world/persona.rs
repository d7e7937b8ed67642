//! How people behave, toward everybody and toward one account, and under which names phones have them saved.

use super::{World, announce};
use crate::address::Phone;
use crate::disk::Record;
use crate::people::{InvalidPersona, Persona, Profile, Saved};

impl World {
    /// Sets how somebody behaves.
    pub fn set_persona(&self, phone: Phone, persona: Persona) -> Result<(), InvalidPersona> {
        self.people.set(phone, Profile::new(persona.clone())?);
        let is_told = persona.saved_as.is_some();
        self.journal.append(&Record::Persona { phone, persona });
        // Devices hear of what was done to the book. Of people who were only named, of whom there may be a hundred thousand,
        // they hear when they ask next.
        if let Some(version) = self.save_in_books(phone).filter(|_| is_told) {
            announce::book_changed(self, version);
        }
        Ok(())
    }

    /// Sets how somebody behaves toward an account; nothing: as toward everybody.
    pub fn set_persona_toward(
        &self,
        phone: Phone,
        account: Phone,
        persona: Option<Persona>,
    ) -> Result<(), InvalidPersona> {
        let profile = persona.clone().map(Profile::new).transpose()?;
        self.people.set_toward(phone, account, profile);
        self.journal.append(&Record::PersonaToward { phone, account, persona });
        Ok(())
    }

    /// Every account's phone has somebody in its address book as their persona says; the book's new version, if that is
    /// news.
    fn save_in_books(&self, phone: Phone) -> Option<u64> {
        let own = self.people.own(phone);
        // Nobody has the number of somebody who hides it, unless told so.
        let by_nature = || own.name.filter(|_| !self.people.character(phone).hides_number());
        let name = own.saved_as.unwrap_or_else(by_nature);
        let saved = Saved { phone, name, at_ms: self.clock.now_ms() };
        self.people.book.save(saved, |saved| self.journal.append(&Record::Saved(saved.clone())))
    }
}
