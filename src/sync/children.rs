//! What hangs below a context, in the order of arrival. Each knows its place, so that leaving needs no search.

use crate::executor::heap;

/// Children by place. A place that was left stays empty until half of all are; then everybody moves up.
#[derive(Debug)]
pub(crate) struct Children<C> {
    places: Vec<Option<C>>,
    left: usize,
}

/// Where a child stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u32);

impl Place {
    /// Below nobody: not yet, or not any more.
    pub(crate) const NOWHERE: Place = Place(u32::MAX);
}

impl<C> Default for Children<C> {
    fn default() -> Self {
        Children { places: Vec::new(), left: 0 }
    }
}

impl<C> Children<C> {
    /// Puts a child at the end.
    pub(crate) fn push(&mut self, child: C) -> Place {
        let before = self.places.capacity();
        self.places.push(Some(child));
        heap::resize_list::<Option<C>>(before, self.places.capacity());
        Place(self.places.len() as u32 - 1)
    }

    /// Takes a child out. `moved` is told where each of those stands who had to move up.
    pub(crate) fn remove(&mut self, place: Place, moved: impl Fn(&C, Place)) -> Option<C> {
        let removed = self.places.get_mut(place.0 as usize)?.take()?;
        self.left += 1;
        if self.left * 2 > self.places.len() {
            self.places.retain(Option::is_some);
            self.left = 0;
            for (number, child) in self.places.iter().flatten().enumerate() {
                moved(child, Place(number as u32));
            }
        }
        Some(removed)
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.left
    }

    /// All that are left, in order.
    pub(crate) fn into_iter(mut self) -> impl Iterator<Item = C> {
        heap::resize_list::<Option<C>>(self.places.capacity(), 0);
        std::mem::take(&mut self.places).into_iter().flatten()
    }
}

impl<C> Drop for Children<C> {
    fn drop(&mut self) {
        heap::resize_list::<Option<C>>(self.places.capacity(), 0);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::executor::rng::{Rng, Stream};

    struct Child {
        number: u32,
        place: Cell<Place>,
    }

    #[test]
    fn who_leaves_leaves_the_others_in_order_and_where_they_know_to_be() {
        let mut draws = Rng::new(7, Stream::Order);
        let mut children = Children::default();
        let mut expected: Vec<Rc<Child>> = Vec::new();
        for number in 0..4000 {
            if draws.below(2) == 0 || expected.is_empty() {
                let child = Rc::new(Child { number, place: Cell::new(Place::NOWHERE) });
                child.place.set(children.push(child.clone()));
                expected.push(child);
            } else {
                let leaves = expected.remove(draws.below(expected.len() as u32) as usize);
                let removed = children.remove(leaves.place.get(), |child: &Rc<Child>, to| child.place.set(to));
                assert_eq!(removed.map(|child| child.number), Some(leaves.number));
            }
            assert_eq!(children.len(), expected.len());
            assert!(children.places.len() <= 2 * expected.len() + 1, "places are given back");
        }
        let numbers: Vec<u32> = children.into_iter().map(|child| child.number).collect();
        assert_eq!(numbers, expected.iter().map(|child| child.number).collect::<Vec<_>>());
    }
}
