DROP INDEX "idx_erased_items_erasure";
