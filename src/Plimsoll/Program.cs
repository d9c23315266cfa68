Console.Error.WriteLine("plimsoll: this build holds no command yet.");
return 1;
