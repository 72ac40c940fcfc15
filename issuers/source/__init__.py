"""What the authorities know: the records, and the port through which issuing reads them."""
