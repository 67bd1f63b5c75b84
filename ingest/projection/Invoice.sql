SELECT invono FROM shared_invoice
