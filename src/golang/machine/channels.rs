//! Channels: `sync`'s, with the values kept under tickets.

use super::goroutine::{Awaited, Goroutine, Pending, PendingCase};
use super::heap::Ends;
use super::state::{Machine, Step, Trap};
use super::value::{Handle, Value};
use crate::golang::code::program::Select;
use crate::trace::event::{Right, WaitReason};
use std::rc::Rc;

impl Machine {
    /// `select`: the cases with what they send, and where it is written what came of it.
    pub(super) fn select(
        &mut self,
        g: &mut Goroutine,
        select: &Select,
        base: usize,
        registers: [usize; 3],
    ) -> Result<Step, Trap> {
        let (mut cases, mut offered, mut objects) = (Vec::new(), Vec::new(), Vec::new());
        for case in &select.cases {
            let channel = match &g.stack[base + case.channel as usize] {
                Value::Chan(handle) => Some(*handle),
                _ => None,
            };
            let sent = case.send.map(|register| g.stack[base + register as usize].clone());
            let ticket = sent.map(|value| self.parcel(channel, value));
            if let (Some(_), Some(handle)) = (ticket, channel)
                && self.heap.chan(handle).is_some_and(|chan| chan.is_closed)
                && select.cases.len() == 1
            {
                let text = self.text("send on closed channel");
                return Err(self.plain_fault(text));
            }
            let ends = channel.and_then(|handle| self.heap.chan(handle).map(|chan| chan.ends.clone()));
            let right = if ticket.is_some() { Right::Receive } else { Right::Send };
            objects.extend(channel.and_then(|handle| self.awaited(handle, right)));
            offered.push((ends, ticket));
            cases.push(PendingCase { channel, ticket, shape: case.shape });
        }
        let reason = match (select.cases.as_slice(), cases.as_slice()) {
            ([], _) => WaitReason::SelectNoCases,
            ([only], [case]) => match (only.send.is_some(), case.channel.is_some()) {
                (true, true) => WaitReason::ChanSend,
                (true, false) => WaitReason::ChanSendNil,
                (false, true) => WaitReason::ChanReceive,
                (false, false) => WaitReason::ChanReceiveNil,
            },
            _ => WaitReason::Select,
        };
        let [taken, value, ok] = registers;
        g.pending = Pending::Select { cases, taken, value, ok };
        if select.has_default {
            return Ok(Step::SelectNow(offered));
        }
        g.state = Machine::wait(reason, objects);
        Ok(if select.cases.is_empty() { Step::Forever } else { Step::Select(offered) })
    }

    /// A wait for what this right does on a channel.
    pub(super) fn awaited(&mut self, handle: Handle, right: Right) -> Option<Awaited> {
        self.heap.chan(handle).map(|chan| Awaited { handle, object: chan.object, right })
    }

    /// A value that is sent, kept under a ticket.
    pub(super) fn parcel(&mut self, channel: Option<Handle>, value: Value) -> u64 {
        let ticket = self.ticket();
        if let Some(chan) = channel.and_then(|handle| self.heap.chan(handle)) {
            chan.parcels.insert(ticket, value);
        }
        self.heap.note(64);
        ticket
    }

    pub(super) fn send(&mut self, g: &mut Goroutine, channel: &Value, value: Value) -> Result<Step, Trap> {
        let Value::Chan(handle) = *channel else {
            g.state = Machine::wait(WaitReason::ChanSendNil, Vec::new());
            return Ok(Step::Forever);
        };
        if self.heap.chan(handle).is_some_and(|chan| chan.is_closed) {
            let text = self.text("send on closed channel");
            return Err(self.plain_fault(text));
        }
        let ticket = self.parcel(Some(handle), value);
        g.pending = Pending::Send { channel: handle, ticket };
        g.state = Machine::wait(WaitReason::ChanSend, self.awaited(handle, Right::Receive).into_iter().collect());
        Ok(match self.ends(handle) {
            Some(ends) => Step::Send(ends, ticket),
            None => Step::Forever,
        })
    }

    pub(super) fn ends(&mut self, handle: Handle) -> Option<Rc<Ends>> {
        self.heap.chan(handle).map(|chan| chan.ends.clone())
    }

    pub(super) fn receive(
        &mut self,
        g: &mut Goroutine,
        channel: &Value,
        to: usize,
        ok: Option<usize>,
        shape: u32,
    ) -> Step {
        let Value::Chan(handle) = *channel else {
            g.state = Machine::wait(WaitReason::ChanReceiveNil, Vec::new());
            return Step::Forever;
        };
        g.pending = Pending::Receive { channel: handle, to, ok, shape };
        g.state = Machine::wait(WaitReason::ChanReceive, self.awaited(handle, Right::Send).into_iter().collect());
        match self.ends(handle) {
            Some(ends) => Step::Receive(ends),
            None => Step::Forever,
        }
    }

    pub(super) fn close(&mut self, channel: &Value) -> Result<(), Trap> {
        let Value::Chan(handle) = *channel else {
            let text = self.text("close of nil channel");
            return Err(self.plain_fault(text));
        };
        let Some(chan) = self.heap.chan(handle) else { return Ok(()) };
        if chan.is_closed {
            let text = self.text("close of closed channel");
            return Err(self.plain_fault(text));
        }
        chan.is_closed = true;
        let ends = chan.ends.clone();
        ends.sender.close();
        Ok(())
    }
}
