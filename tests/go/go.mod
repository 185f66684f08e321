module pileup/oracle

go 1.27
