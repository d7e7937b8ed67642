//! What waited for a device, given out as the device asks for it.
//!
//! A device that connects is told how much waits, given a few stanzas and then as many as it asks for, until it has all
//! that waited when it came. What comes in the meantime comes after that.

use wacore_binary::Node;

use super::account::Device;
use crate::wire::{NETWORK, node};

/// How many stanzas a device is given before it asks.
const PRIMER: usize = 5;

/// How far a device has come.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    /// The mailbox's next place to give.
    next: u64,
    /// The first place that belongs to the backlog no more.
    end: u64,
    given: usize,
}

impl Device {
    /// The device is ready for what waited. Does nothing when it said so before.
    pub fn begin_backlog(&mut self) {
        if self.active || self.backlog.is_some() {
            return;
        }
        let waiting: Vec<&Node> =
            self.mailbox.waiting().map(|(_, held)| &held.stanza).filter(|it| waited(it)).collect();
        let preview = preview(&waiting);
        self.send(preview);
        self.backlog = Some(Backlog { next: 0, end: self.mailbox.end(), given: 0 });
        self.give(PRIMER);
    }

    /// The device asks for `count` more.
    pub fn give(&mut self, count: usize) {
        let Some(mut backlog) = self.backlog else { return };
        let mut left = count;
        while let Some((at, stanza)) = self.mailbox.first_from(backlog.next).filter(|(at, _)| *at < backlog.end) {
            if waited(stanza) {
                if left == 0 {
                    self.backlog = Some(backlog);
                    return;
                }
                left -= 1;
                backlog.given += 1;
                let mut stanza = stanza.clone();
                stanza.attrs.insert("offline", "0");
                self.send(stanza);
            }
            backlog.next = at + 1;
        }
        self.end_backlog(backlog);
    }

    /// The device has all that waited. What its phone has for it is no part of what the network kept, and the rest came
    /// in the meantime.
    fn end_backlog(&mut self, backlog: Backlog) {
        let end = node("offline").attr("count", backlog.given).build();
        self.send(node("ib").attr("from", NETWORK).children([end]).build());
        let rest = self.mailbox.waiting().filter(|(at, held)| *at >= backlog.end || !waited(&held.stanza));
        let rest: Vec<Node> = rest.map(|(_, held)| held.stanza.clone()).collect();
        rest.into_iter().for_each(|stanza| self.send(stanza));
        (self.backlog, self.active) = (None, true);
    }

    fn send(&self, stanza: Node) {
        if let Some(line) = &self.line {
            line.send(stanza);
        }
    }
}

/// Whether a stanza is the network's, and not from the device's own phone.
fn waited(stanza: &Node) -> bool {
    !stanza.attrs.contains_key("category")
}

fn preview(waiting: &[&Node]) -> Node {
    let count = |tag: &str| waiting.iter().filter(|stanza| stanza.tag == tag).count();
    let preview = node("offline_preview")
        .attr("count", waiting.len())
        .attr("message", count("message"))
        .attr("receipt", count("receipt"))
        .attr("notification", count("notification"))
        .attr("appdata", "0")
        .attr("call", "0");
    node("ib").attr("from", NETWORK).children([preview.build()]).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Stanza as _;
    use crate::wire::channel::Line;
    use crate::world::account::{Devices, Registration};
    use crate::world::mailbox::HeldKey;

    /// A device, and what it is sent.
    struct Linked {
        devices: Devices,
        sent: Box<dyn FnMut() -> Vec<Node>>,
    }

    impl Linked {
        fn with(messages: usize) -> Self {
            let registration = Registration {
                noise_key: [0; 32],
                identity_key: [0; 32],
                registration_id: 1,
                signed_prekey_id: 1,
                signed_prekey: [0; 32],
                signature: vec![],
            };
            let mut devices = Devices::default();
            devices.link(registration, "test".into());
            let mut linked = Self { devices, sent: Box::new(Vec::new) };
            (0..messages).for_each(|number| linked.post(number));
            linked
        }

        fn device(&mut self) -> &mut Device {
            self.devices.get_mut(1).expect("it is linked")
        }

        fn post(&mut self, number: usize) {
            let id = number.to_string();
            self.device().post(HeldKey::message(&id), node("message").attr("id", id).build());
        }

        fn connect(&mut self) {
            let (line, sent) = Line::to_nowhere();
            self.sent = Box::new(sent);
            let device = self.device();
            (device.line, device.active, device.backlog) = (Some(line), false, None);
            device.begin_backlog();
        }

        /// The numbers of the messages that came since the last look, and what stood around them.
        fn came(&mut self) -> (Vec<usize>, Vec<String>) {
            let (messages, frame): (Vec<_>, Vec<_>) = (self.sent)().into_iter().partition(|it| it.tag == "message");
            let numbers = messages.iter().map(|it| it.text("id").unwrap().parse().unwrap()).collect();
            let inside = |ib: &Node| {
                let child = &ib.children().unwrap()[0];
                format!("{} {}", child.tag, child.text("count").unwrap())
            };
            (numbers, frame.iter().map(inside).collect())
        }

        fn confirm(&mut self, numbers: std::ops::Range<usize>) {
            for number in numbers {
                assert!(self.device().mailbox.confirm(&HeldKey::message(number.to_string())).is_some());
            }
        }
    }

    #[test]
    fn it_is_given_as_it_is_asked_for() {
        let mut linked = Linked::with(500);
        linked.connect();
        assert_eq!(linked.came(), ((0..5).collect(), vec!["offline_preview 500".to_owned()]));
        // What comes now waits for its turn.
        linked.post(500);
        linked.device().give(200);
        assert_eq!(linked.came(), ((5..205).collect(), vec![]));
        linked.device().give(10_000);
        assert_eq!(linked.came(), ((205..501).collect(), vec!["offline 500".to_owned()]));
        linked.device().give(200);
        linked.device().begin_backlog();
        assert_eq!(linked.came(), (vec![], vec![]));
        linked.post(501);
        assert_eq!(linked.came(), (vec![501], vec![]));
    }

    #[test]
    fn what_was_not_confirmed_comes_again_and_nothing_else() {
        let mut linked = Linked::with(20);
        linked.connect();
        linked.device().give(5);
        linked.came();
        linked.confirm(0..7);
        linked.connect();
        assert_eq!(linked.came(), ((7..12).collect(), vec!["offline_preview 13".to_owned()]));
        linked.confirm(7..20);
        linked.device().give(1);
        assert_eq!(linked.came(), (vec![], vec!["offline 5".to_owned()]));
    }

    #[test]
    fn nothing_and_little_need_no_question() {
        let mut linked = Linked::with(0);
        linked.connect();
        assert_eq!(linked.came(), (vec![], vec!["offline_preview 0".to_owned(), "offline 0".to_owned()]));
        linked.post(0);
        linked.connect();
        assert_eq!(linked.came(), (vec![0], vec!["offline_preview 1".to_owned(), "offline 1".to_owned()]));
    }
}
