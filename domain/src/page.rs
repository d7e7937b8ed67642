//! Paging, the same for every list.

use serde::{Deserialize, Serialize};

/// Which part of a list is wanted. Pages start at 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Words that must appear; empty for all.
    pub search: String,
    /// 1-based.
    pub page: u32,
    /// Rows on a page: 1 to 200.
    pub per_page: u32,
}

impl PageRequest {
    /// The first page of everything.
    pub fn first(per_page: u32) -> Self {
        Self { search: String::new(), page: 1, per_page }
    }

    /// Rows to skip.
    pub fn offset(&self) -> i64 {
        i64::from(self.page.max(1) - 1) * self.limit()
    }

    /// Rows to take.
    pub fn limit(&self) -> i64 {
        i64::from(self.per_page.clamp(1, 200))
    }
}

/// One page of a list, and how many rows there are in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub total: u64,
    pub page: u32,
    pub per_page: u32,
}

impl<T> Page<T> {
    /// The wanted page of a list that is all there, already searched.
    pub fn of(all: Vec<T>, request: &PageRequest) -> Self {
        let (total, per_page) = (all.len() as u64, request.per_page.clamp(1, 200));
        let page = request.page.max(1);
        let skipped = usize::try_from(request.offset()).unwrap_or(usize::MAX);
        Self { rows: all.into_iter().skip(skipped).take(per_page as usize).collect(), total, page, per_page }
    }

    /// How many pages there are; at least one.
    pub fn pages(&self) -> u32 {
        u32::try_from(self.total.div_ceil(u64::from(self.per_page.max(1)))).unwrap_or(u32::MAX).max(1)
    }
}
