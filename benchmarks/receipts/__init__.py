"""Does the code we write for other libraries give the same probabilities there?"""
