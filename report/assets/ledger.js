// The page of the ledger: filters its runs, draws a figure over them, holds two against each other.

import { showComparison } from "./ledger/comparison.js";
import { showFilters } from "./ledger/filters.js";
import { showHistory } from "./ledger/history.js";

showFilters();
showHistory();
showComparison();
