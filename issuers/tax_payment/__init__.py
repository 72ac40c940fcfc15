"""납세증명서(국세): the certificate that no national tax is in arrears."""
